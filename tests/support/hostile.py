"""What people and mischief write, and what nobody means to write."""

# Every control character, what stands for half a character in JSON, and one of the range in which terminals find theirs.
CONTROLS = ["\x00", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x9b", "\ud800", "\udfff"]
MARK = "hstl"
# By one kind of mischief or of life each; every one begins like a formula, and none ends in white space.
SAMPLES = [
    f'={MARK}("x")<script>{MARK}()</script>',
    f"+{MARK} <img src={MARK} onerror={MARK}()> &amp; &lt;b&gt; \"quoted\" 'single' `back` \\n \\\\",
    f"@{MARK} \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd (123) abc \u200f!\u200e",
    f"-{MARK} \U0001f469\u200d\U0001f469\u200d\U0001f467 \u270c\U0001f3fd \U0001f3f3\ufe0f\u200d\U0001f308 \U0001f1ea\U0001f1f8 \U00020bb7\U0001d573",
    f"={MARK} \u6f22\u5b57 \u304b\u306a \ud55c\uad6d\uc5b4 \u0e44\u0e17\u0e22 e\u0301 \u00e9 Z\u0351\u036b\u0343\u036a o\u0308",
    f'{MARK} {{{{7*7}}}} ${{7*7}} {{% raw %}} #set page() #import "x" $x^2$ \\u{{41}} @ref <label> [[x]] *b* _i_',
    f"{MARK}'; DROP TABLE clients; -- \" OR 1=1 %s %(x)s ?1 %00 ..%2f../etc/passwd ${{jndi:ldap://x}}",
]

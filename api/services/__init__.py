"""The use cases, verb first, each behind the gate. No HTTP, no SQL, and no service knows another."""

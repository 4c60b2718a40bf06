"""The worker: takes imports in and back, keeps assessments in step, seals the audit trail, prunes what has expired."""

from django.db import migrations

from nowroom.lib.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        refuse("audit_entry", f"audit_entry_no_{on.lower()}", on=on, when="1 = 1", message="the log is append-only")
        for on in ("UPDATE", "DELETE")
    ]

from django.db import migrations

from nowroom.lib.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [("content", "0002_initial")]
    operations = [
        refuse(
            f"content_{table}", f"content_{table}_no_{on.lower()}", on=on, when="1 = 1",
            message=f"a {table} is immutable: make a new revision",
        )
        for table in ("revision", "variant", "image")
        for on in ("UPDATE", "DELETE")
    ]

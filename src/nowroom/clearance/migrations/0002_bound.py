from django.db import migrations

from nowroom.lib.triggers import refuse

NOT_EARNED = """NOT EXISTS (
    SELECT 1 FROM clearance_request r
    WHERE r.id = NEW.request_id AND r.revision_id = NEW.revision_id AND r.state = 'approved' AND r.digest = NEW.digest
) OR NOT EXISTS (SELECT 1 FROM clearance_ask k WHERE k.request_id = NEW.request_id)
OR EXISTS (
    SELECT 1 FROM clearance_ask k LEFT JOIN clearance_answer w ON w.ask_id = k.id
    WHERE k.request_id = NEW.request_id AND (w.id IS NULL OR NOT w.yes OR w.digest <> NEW.digest)
)"""
COLUMNS = ("request_id", "revision_id", "valid_from", "valid_until", "digest", "granted_at")
ASKED = " OR ".join(f"NEW.{c} <> OLD.{c}" for c in ("revision_id", "valid_from", "valid_until", "digest"))


class Migration(migrations.Migration):
    dependencies = [("clearance", "0001_initial"), ("content", "0003_immutable")]
    operations = [
        *(
            refuse(table, f"{table}_no_{on.lower()}", on=on, when="1 = 1", message="what was asked and answered stays")
            for table in ("clearance_planned_delivery", "clearance_answer")
            for on in ("UPDATE", "DELETE")
        ),
        refuse("clearance_request", "request_stays_as_asked", on="UPDATE", when=ASKED, message="a request stays as asked"),
        refuse(
            "clearance_approval", "approval_is_earned", on="INSERT", when=NOT_EARNED,
            message="an approval needs a yes from everyone asked, on exactly its revision",
        ),
        refuse(
            "clearance_approval", "approval_stays", on="UPDATE",
            when=" OR ".join(f"NEW.{c} <> OLD.{c}" for c in COLUMNS),
            message="an approval can only be revoked",
        ),
    ]

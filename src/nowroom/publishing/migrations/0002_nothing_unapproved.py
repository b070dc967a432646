from django.db import migrations

from nowroom.lib.triggers import refuse

BOUND = """NOT EXISTS (
    SELECT 1 FROM clearance_approval a
    JOIN clearance_planned_delivery p ON p.request_id = a.request_id
    JOIN content_variant v ON v.id = p.variant_id
    WHERE a.id = NEW.approval_id AND p.id = NEW.planned_id AND a.brand_id = NEW.brand_id
      AND p.variant_id = NEW.variant_id AND p.account_id = NEW.account_id AND v.revision_id = a.revision_id
)"""
MOVED = " OR ".join(f"NEW.{c} <> OLD.{c}" for c in ("approval_id", "planned_id", "variant_id", "account_id", "brand_id", "key"))


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial"), ("clearance", "0002_bound"), ("content", "0003_immutable")]
    operations = [
        refuse(
            "publishing_delivery", "delivery_is_approved", on="INSERT", when=BOUND,
            message="a delivery points at an approval of exactly the revision, variant and account it sends",
        ),
        refuse(
            "publishing_delivery", "delivery_stays_approved", on="UPDATE", when=MOVED,
            message="a delivery keeps its approval, variant, account and key",
        ),
    ]

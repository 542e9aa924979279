"""What `connector provision` creates in an environment: the columns that documents write, and the webhook."""

from connector.provision.columns import create_columns, draw_plan, plan_columns, wanted_columns
from connector.provision.webhooks import HookDraft, HookWish, change_webhook, plan_webhook, plan_webhook_removal

__all__ = [
    "HookDraft",
    "HookWish",
    "change_webhook",
    "create_columns",
    "draw_plan",
    "plan_columns",
    "plan_webhook",
    "plan_webhook_removal",
    "wanted_columns",
]

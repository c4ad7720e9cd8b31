"""`manage.py recall NUMBER --reason WORDS --by USER`: taking assignments back from the shell."""

from django.utils.translation import gettext_lazy as _

from campaigns.actions.recall import preview_recall, recall
from campaigns.management.changing import ChangeCommand


class Command(ChangeCommand):
    """Recalls some or all assignments of a plan, or shows what that would do."""

    help = "Thu hồi một số hoặc mọi phân công của kế hoạch; báo cáo và lịch sử vẫn còn."
    preview = preview_recall
    act = recall
    not_done = _("Xem trước, chưa thu hồi:")
    done = _("  %(changed)s phân công thu hồi")

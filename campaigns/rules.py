"""Who may do what with plans and assignments: pure functions, deny by default."""

from hanoi_portal.models import User

from .models import Plan


def can_issue_plan(user: User, plan: Plan) -> bool:
    """Tell whether the user may give the plan's tasks to units; giving it twice is allowed and adds nothing."""
    return user.is_active and user.has_perm("campaigns.issue_plan")

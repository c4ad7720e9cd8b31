"""The people of one's own units, at /can-bo/don-vi/: see them, invite, hand over, leave."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.fields import LineField
from hanoi_portal.models import User

from .. import rules
from ..actions.people import end_membership, hand_over, invite_officer
from ..models import Membership, Unit
from ..timeliness import day_of


class InviteForm(forms.Form):
    """Whom to invite."""

    full_name = LineField(label=gettext_lazy("Họ và tên"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Địa chỉ thư điện tử"),
        max_length=254,
        help_text=gettext_lazy("Lời mời đặt mật khẩu được gửi tới địa chỉ này."),
    )


@require_safe
@login_required
def list_people(request: HttpRequest) -> HttpResponse:
    """Show the people of each own unit, and to who is responsible what can be done."""
    return _page(request)


@require_POST
@login_required
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody into an own unit; that of others answers 404."""
    user = _person(request)
    unit = get_object_or_404(_units_of(user), code=code)
    if not rules.leads_unit(user, unit, day_of()):
        raise NotAllowed(_("Chỉ người chịu trách nhiệm chính của đơn vị mới mời được cán bộ."))
    form = InviteForm(request.POST, prefix=unit.code)
    if not form.is_valid():
        return _page(request, form)
    try:
        invite_officer(unit, by=user, **form.cleaned_data)
    except DomainError as error:
        form.add_error("email", str(error))
        return _page(request, form, 409 if isinstance(error, StaleState) else 200)
    told = _("Đã mời %(name)s. Người này có thư trong ít phút.")
    messages.success(request, told % {"name": form.cleaned_data["full_name"]})
    return redirect("unit-people")


@require_POST
@login_required
def give_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another officer of an own unit responsible."""
    membership = _membership(request, pk)
    try:
        hand_over(membership, by=_person(request))
    except StaleState as error:
        messages.warning(request, str(error))
    else:
        told = _("Đã bàn giao trách nhiệm chính cho %(name)s.") % {"name": membership.user}
        messages.success(request, told)
    return redirect("unit-people")


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own part in a unit, or another's where one is responsible."""
    membership = _membership(request, pk)
    try:
        end_membership(membership, by=_person(request))
    except StaleState as error:
        messages.warning(request, str(error))
    else:
        told = _("%(name)s thôi làm đầu mối của %(unit)s.")
        messages.success(request, told % {"name": membership.user, "unit": membership.unit})
    return redirect("unit-people")


# --- parts --------------------------------------------------------------------------------------
def _person(request: HttpRequest) -> User:
    """The signed-in user; `login_required` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _units_of(user: User) -> Any:
    mine = Membership.objects.current(day_of()).filter(user=user)
    return Unit.objects.filter(pk__in=mine.values("unit"))


def _membership(request: HttpRequest, pk: int) -> Membership:
    """Return a membership of an own unit, whether it still holds or not; 404 for those of others."""
    rows = Membership.objects.filter(unit__in=_units_of(_person(request)))
    found: Membership | None = rows.select_related("unit", "user").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, form: InviteForm | None = None, status: int = 200) -> HttpResponse:
    user, today = _person(request), day_of()
    units = list(_units_of(user))
    people: dict[int, list[Membership]] = {unit.pk: [] for unit in units}
    current = Membership.objects.current(today).filter(unit__in=units).select_related("user")
    for each in current.order_by("-is_responsible", "since", "pk"):
        people[each.unit_id].append(each)
    rows = []
    for unit in units:
        mine = people[unit.pk]
        leads = any(each.user_id == user.pk and each.is_responsible for each in mine)
        typed = form if form is not None and form.prefix == unit.code else None
        rows.append(
            {
                "unit": unit,
                "leads": leads,
                "heads": any(each.user_id == user.pk and each.is_head for each in mine),
                "form": (typed or InviteForm(prefix=unit.code)) if leads else None,
                "people": [
                    {
                        "membership": each,
                        "is_me": each.user_id == user.pk,
                        "is_invited": not each.user.has_usable_password(),
                        "can_end": not each.is_responsible and (leads or each.user_id == user.pk),
                        "can_take": leads and not each.is_responsible and each.user.is_active,
                    }
                    for each in mine
                ],
            }
        )
    context = {"rows": rows, "has_errors": form is not None and bool(form.errors)}
    return render(request, "campaigns/people.html", context, status=status)

"""The officers' page on which each address of a unit is told at once, or once a day."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hanoi_portal.models import User

from ..actions.choose_delivery import choose_delivery
from ..models import Membership, UnitContact
from ..timeliness import day_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """GET: the addresses of the officer's units. POST: how each is told from now on."""
    assert isinstance(request.user, User)
    units = Membership.objects.current(day_of()).filter(user=request.user).values("unit")
    contacts = UnitContact.objects.filter(unit__in=units, is_active=True).select_related("unit")
    if request.method == "POST":
        changed = 0
        for contact in contacts:
            chosen = request.POST.get(f"nhan-{contact.pk}", "")
            if chosen in UnitContact.Delivery.values:
                changed += choose_delivery(contact, chosen, by=request.user)
        if changed:
            messages.success(request, _("Đã ghi cách nhận thư."))
        else:
            messages.info(request, _("Cách nhận thư không thay đổi."))
        return redirect("delivery")
    context = {
        "contacts": contacts.order_by("unit__name_sort", "pk"),
        "choices": UnitContact.Delivery.choices,
    }
    return render(request, "campaigns/delivery.html", context)

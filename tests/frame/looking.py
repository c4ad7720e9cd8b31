"""How a page is looked at: each function returns the faults it finds, in words, so that a test shows them all."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

from tests.frame import budgets
from tests.frame.pages import Way

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The page's HTML is the same in every way of looking; these rules alone ask how it looks.
AXE_RULES_OF_LOOKS = [
    "color-contrast",
    "link-in-text-block",
    "scrollable-region-focusable",
    "target-size",
]

SHIFT = """() => new Promise((tell) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => tell(sum), 150);
})"""

WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 100));
}"""

# The editor marks its frame a moment after the focus has come: it waits to see whether the focus stays.
FOCUSED = """async () => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const look = getComputedStyle(one);
  const isMarked = () => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  for (let tries = 0; tries < 40 && !isMarked(); tries++) await new Promise((go) => setTimeout(go, 50));
  const box = one.getBoundingClientRect();
  const before = window.lastFocused;
  window.lastFocused = one;
  return {
    what: one.outerHTML.slice(0, 100),
    isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    isMarked: isMarked(),
    isInOrder: !before || one === before
      || Boolean(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""


def faults_of_access(page: Page, way: Way) -> list[str]:
    """What axe finds: by every rule once for each width, then by those that ask how a page looks.

    Colours that the reader's system has set are not ours to judge.
    """
    rules = [
        rule
        for rule in AXE_RULES_OF_LOOKS
        if way.forced_colors == "none" or rule not in {"color-contrast", "link-in-text-block"}
    ]
    options: dict[str, Any] = {
        "runOnly": AXE_TAGS if way.is_first_of_its_width else {"type": "rule", "values": rules},
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"axe {fault['id']}: {fault['help']}: {node['html'][:160]}"
        for fault in found
        for node in fault["nodes"][:3]
    ]


def faults_of_layout(page: Page, allowed_shift: float) -> list[str]:
    """What makes the page scroll sideways, and what moved while it loaded."""
    faults = [f"rộng hơn màn hình: {html}" for html in page.evaluate(WIDER)]
    shift = page.evaluate(SHIFT)
    if shift > allowed_shift:
        faults.append(f"trang xô lệch khi tải: {shift:.4f}")
    return faults


def faults_of_focus(page: Page) -> list[str]:
    """Walks the page with Tab: each stop is on the screen, marked, and after the one before."""
    faults = []
    stops = 0
    page.evaluate(
        "() => { window.lastFocused = null; document.activeElement?.blur(); scrollTo(0, 0); }"
    )
    for _ in range(budgets.FOCUS_STOPS_LOOKED_AT):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops += 1
        faults += [
            f"{fault}: {stop['what']}"
            for fault, is_right in (
                ("tiêu điểm ngoài màn hình", stop["isSeen"]),
                ("tiêu điểm không thấy", stop["isMarked"]),
                ("tiêu điểm nhảy ngược", stop["isInOrder"]),
            )
            if not is_right
        ]
    if stops == 0:
        faults.append("phím Tab không đến được đâu")
    return faults


class Weight:
    """Counts what a page loads, and which of its style rules it uses. Made before the page is opened."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._types: dict[str, str] = {}
        self._bytes: dict[str, int] = {}
        self._sheets: dict[str, int] = {}
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)
        session.on("CSS.styleSheetAdded", self._sheet_added)
        for method in ("Network.enable", "DOM.enable", "CSS.enable", "CSS.startRuleUsageTracking"):
            session.send(method)

    def _received(self, event: dict[str, Any]) -> None:
        if event["response"]["url"].startswith("http"):
            self._types[event["requestId"]] = event["type"]

    def _finished(self, event: dict[str, Any]) -> None:
        self._bytes[event["requestId"]] = int(event["encodedDataLength"])

    def _sheet_added(self, event: dict[str, Any]) -> None:
        self._sheets[event["header"]["styleSheetId"]] = int(event["header"]["length"])

    def faults(self) -> list[str]:
        """What is over its budget."""
        sent = sum(self._bytes.get(one, 0) for one, kind in self._types.items() if kind != "Image")
        usage = self._session.send("CSS.stopRuleUsageTracking")["ruleUsage"]
        used = sum(covered(usage, sheet) for sheet in self._sheets)
        written = sum(self._sheets.values())
        unused = 1 - used / written if written else 0.0
        return [
            f"{what}: {value:.2f} > {limit:.2f}"
            for what, value, limit in (
                ("số byte lần xem đầu", sent, budgets.PUBLIC_FIRST_VIEW_BYTES),
                ("số yêu cầu", len(self._types), budgets.PUBLIC_REQUESTS),
                ("phần CSS không dùng", unused, budgets.PUBLIC_UNUSED_CSS),
            )
            if value > limit
        ]


def covered(usage: list[dict[str, Any]], sheet: str) -> int:
    """How many characters of a sheet lie in rules that are used; nested rules count once."""
    total = 0.0
    end = 0.0
    spans = sorted(
        (rule["startOffset"], rule["endOffset"])
        for rule in usage
        if rule["styleSheetId"] == sheet and rule["used"]
    )
    for first, last in spans:
        if last > end:
            total += last - max(first, end)
            end = last
    return int(total)

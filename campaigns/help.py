"""The officers' short help pages, /can-bo/tro-giup/: what to do, step by step, with pictures of the very pages.

The pictures are made by the browser tests (`tests/frame/test_help.py`) and lie in static/img/help/.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Picture:
    """A screenshot at the width of a phone: its name in static/img/help/, and what it shows in words."""

    name: str
    says: Words

    @property
    def path(self) -> str:
        """Where it lies among the static files."""
        return f"img/help/{self.name}.webp"


@dataclass(frozen=True)
class Topic:
    """One page: what it helps with, and the steps."""

    slug: str
    title: Words
    summary: Words
    steps: tuple[Words, ...]
    picture: Picture


TOPICS = (
    Topic(
        "nhan-viec",
        _("Nhận việc"),
        _("Từ thư báo đến “đã tiếp nhận”."),
        (
            _("Mở thư “Giao nhiệm vụ” và chọn liên kết trong thư. Không cần đăng nhập."),
            _(
                "Đọc sáu điều của mỗi việc: ai làm, làm gì, khi nào xong, ai chịu trách nhiệm, "
                "sản phẩm là gì, theo văn bản nào."
            ),
            _("Chọn “Tiếp nhận”. Sở biết đơn vị đã nhận, và đơn vị không bị hỏi lại."),
            _(
                "Liên kết chỉ mở đúng các việc trong thư. Lỡ chuyển thư cho người ngoài thì hủy ở "
                "“Liên kết đã gửi cho đơn vị”."
            ),
        ),
        Picture("nhan-viec", _("Trang mở từ liên kết trong thư: danh sách việc và nút tiếp nhận.")),
    ),
    Topic(
        "tim-viec",
        _("Xem việc của đơn vị"),
        _("Việc quá hạn, được trả lại, mới giao đứng trước."),
        (
            _("Đăng nhập, mở “Việc của đơn vị”."),
            _(
                "Tìm theo số hoặc nội dung, gõ có dấu hay không dấu đều được; lọc theo tình hình, "
                "kế hoạch, vai trò."
            ),
            _("Đánh dấu nhiều việc mới rồi tiếp nhận một lần."),
        ),
        Picture("tim-viec", _("Trang Việc của đơn vị: số việc, ô tìm, các nhóm việc.")),
    ),
    Topic(
        "bao-cao",
        _("Báo cáo tiến độ"),
        _("Hai phút trên điện thoại."),
        (
            _("Mở việc, chọn “Đang thực hiện” hoặc “Đã hoàn thành”."),
            _("Viết ngắn: đã làm gì, kết quả bao nhiêu, vướng gì."),
            _(
                "Thêm minh chứng: chọn nhiều tệp một lúc, hoặc dán địa chỉ bài đã đăng. Vị trí và "
                "thời gian chụp trong ảnh được xóa ngay khi nhận."
            ),
            _(
                "Gửi. Đang viết mà mất mạng hay hết phiên, chữ vẫn còn: mở lại việc là thấy bản nháp."
            ),
        ),
        Picture("bao-cao", _("Mẫu báo cáo của một việc, với bản nháp đã lưu.")),
    ),
    Topic(
        "hoi-dap",
        _("Hỏi và trả lời"),
        _("Trao đổi với Sở ngay ở việc đó."),
        (
            _("Mở việc, chọn “Hỏi đáp”, viết câu hỏi. Sở nhận ngay."),
            _(
                "Sở trả lời thì đơn vị có thư; trả lời Sở bằng liên kết trong thư, không cần đăng nhập."
            ),
        ),
        Picture("hoi-dap", _("Trang hỏi đáp của một việc.")),
    ),
    Topic(
        "giao-tiep",
        _("Giao tiếp cho xã, phường"),
        _("Mỗi xã, phường có trạng thái và minh chứng riêng."),
        (
            _("Mở việc được phép giao tiếp, chọn “Giao tiếp cho cấp dưới”."),
            _("Chọn xã, phường, đặt hạn không muộn hơn hạn của đơn vị, xem lại rồi giao."),
            _("Xã báo cáo thì đơn vị duyệt hoặc trả lại; số liệu của đơn vị tự cộng từ các xã."),
        ),
        Picture("giao-tiep", _("Trang chọn xã, phường để giao tiếp.")),
    ),
    Topic(
        "gia-han",
        _("Xin thêm thời gian"),
        _("Có lý do, có ngày; hạn cũ vẫn tính cho đến khi được đồng ý."),
        (
            _("Mở việc, chọn “Gia hạn”. Mở từ liên kết trong thư cũng được."),
            _("Chọn ngày xin gia hạn đến, viết ngắn vì sao cần thêm thời gian rồi gửi."),
            _(
                "Nơi giao việc đồng ý, cho ngày khác hoặc không đồng ý; đơn vị có thư trả lời. Chưa "
                "trả lời thì thời hạn cũ vẫn tính và vẫn nhắc."
            ),
            _(
                "Việc đã báo cáo hoàn thành thì không xin nữa. Thời hạn ban đầu luôn được ghi bên cạnh."
            ),
        ),
        Picture("gia-han", _("Mẫu xin gia hạn của một việc: ngày và lý do.")),
    ),
    Topic(
        "lich",
        _("Thời hạn trong lịch của tôi"),
        _("Điện thoại nhắc, không phải nhớ."),
        (
            _("Mở “Thời hạn trong lịch của tôi”, chọn “Tạo địa chỉ lịch”."),
            _("Chọn “Thêm vào lịch” trên điện thoại, hoặc chép địa chỉ vào Outlook, Google Lịch."),
            _("Hạn đổi, lịch tự đổi. Lỡ lộ địa chỉ thì tạo địa chỉ mới: địa chỉ cũ hết mở."),
        ),
        Picture("lich", _("Trang tạo địa chỉ lịch của đơn vị.")),
    ),
)


def find_topic(slug: str) -> Topic | None:
    """Return the topic of an address."""
    return next((topic for topic in TOPICS if topic.slug == slug), None)

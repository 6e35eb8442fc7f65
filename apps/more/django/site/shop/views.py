import datetime
from django.contrib.syndication.views import Feed as Base
from django.http import HttpResponse
from django.shortcuts import render
from .models import Item
def home(request):
    return HttpResponse("home of the shop")
def items(request):
    Item.objects.create(name="a")
    return render(request, "shop/items.html", {"items": Item.objects.all()})
def date(request):
    from django.utils import formats, translation
    with translation.override("de"):
        return HttpResponse(formats.date_format(datetime.date(2024, 3, 1), "DATE_FORMAT"))
def image(request):
    from PIL import Image
    import io
    out = io.BytesIO(); Image.new("RGB", (3, 3)).save(out, "WEBP")
    return HttpResponse(out.getvalue(), content_type="image/webp")
def as_csv(request):
    import csv
    r = HttpResponse(content_type="text/csv"); csv.writer(r).writerow(["a", "b c"]); return r
def tz(request):
    import zoneinfo
    return HttpResponse(datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("America/New_York")).tzname())
def mail(request):
    from django.core.mail import EmailMessage
    return HttpResponse(EmailMessage("s", "körper", "a@b", ["c@d"]).message().as_string())
def as_xml(request):
    from django.core import serializers
    return HttpResponse(serializers.serialize("xml", Item.objects.all()))
class Feed(Base):
    title = "feed"; link = "/"; description = "d"
    def items(self): return [1]
    def item_title(self, item): return "one"
    def item_description(self, item): return "d"
    def item_link(self, item): return "/1"
def boom(request):
    raise ValueError("boom")

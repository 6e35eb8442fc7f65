from django.core.management.base import BaseCommand
from shop.models import Item
class Command(BaseCommand):
    def handle(self, **options):
        self.stdout.write("count %d" % Item.objects.count())

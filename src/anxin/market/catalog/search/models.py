"""Tables of the search: one row for each product that is shown, and the words that titles are made of."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """What the search knows of a product on sale, written in the same transaction as the product itself."""

    product = models.OneToOneField("catalog.Product", on_delete=models.CASCADE, primary_key=True, related_name="+")
    shop_id = models.UUIDField()
    vector = SearchVectorField()
    category_path = ArrayField(models.CharField(max_length=40))
    brand = models.CharField(max_length=120)
    facets = ArrayField(models.TextField())  # "a:material=wool" for attributes, "o:Color=Black" for options
    price_minor = models.BigIntegerField()
    sold_count = models.BigIntegerField()
    shown_at = models.DateTimeField()
    title_folded = models.CharField(max_length=255)
    title_en_folded = models.CharField(max_length=255)

    class Meta:
        app_label = "catalog"
        indexes = [
            # An entry has some seventy words. Put into the index's tree by the hundred they cost a sixth of one by one;
            # the limit keeps what a search has to read beside the tree to a few dozen pages.
            GinIndex(fields=["vector"], name="search_vector", fastupdate=True, gin_pending_list_limit=512),
            models.Index(fields=["price_minor", "product"], name="search_by_price"),
            models.Index(fields=["-shown_at", "-product"], name="search_by_age"),
            models.Index(fields=["-sold_count", "-product"], name="search_by_sales"),
            models.Index(fields=["shop_id", "-sold_count", "-product"], name="search_of_shop"),
            models.Index(fields=["title_folded"], name="search_title_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["title_en_folded"], name="search_title_en_prefix", opclasses=["varchar_pattern_ops"]),
        ]


class SearchWord(models.Model):
    """A word that a title or a brand contains, to complete and to correct what a person types.

    Words are not taken away with their last product: a suggestion without results costs less than counting uses.
    """

    text = models.CharField(max_length=120, primary_key=True)
    shown = models.CharField(max_length=120)
    is_brand = models.BooleanField(default=False)
    grams = ArrayField(models.TextField())

    class Meta:
        app_label = "catalog"
        indexes = [
            GinIndex(fields=["grams"], name="search_word_grams", fastupdate=False),
            models.Index(fields=["text"], name="search_word_prefix", opclasses=["varchar_pattern_ops"]),
        ]

from django.db import models


class Operation(models.Model):
    """A form that was carried out: the same form posted twice gets the same answer."""

    id = models.UUIDField(primary_key=True)
    actor = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    location = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

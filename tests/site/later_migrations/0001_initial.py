from importlib import import_module

Migration = import_module("hzd_catalogue.site.migrations.0001_initial").Migration

from importlib import import_module

Migration = import_module("hzd_catalogue.legal.migrations.0001_initial").Migration

import pytest

from hzd_catalogue.healthcheck import health_request


@pytest.mark.parametrize(
    ("variables", "address", "host"),
    [
        ({}, "http://127.0.0.1:8000/health/", "localhost"),
        (
            {"PORT": "81", "ALLOWED_HOSTS": "a.example, b"},
            "http://127.0.0.1:81/health/",
            "a.example",
        ),
        ({"ALLOWED_HOSTS": ".example"}, "http://127.0.0.1:8000/health/", "example"),
        ({"ALLOWED_HOSTS": "*"}, "http://127.0.0.1:8000/health/", "localhost"),
    ],
)
def test_the_request_is_one_that_the_site_admits(variables, address, host):
    request = health_request(variables)

    assert (request.full_url, request.get_header("Host")) == (address, host)

"""The webhook verifier that the operations guide prints is run as it stands there."""

import re
import unittest
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[1] / "docs/OPERATIONS.md"
# The example of the Standard Webhooks specification, 1.0.0.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


class PrintedVerifier(unittest.TestCase):
    def setUp(self):
        source = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL).group(1)
        names = {}
        exec(compile(source, str(GUIDE), "exec"), names)
        self.verify = names["verify"]

    def test_it_accepts_the_example_of_the_specification(self):
        self.assertTrue(self.verify(HEADERS, BODY, SECRET, now=1614265330 + 299))

    def test_it_accepts_either_of_two_signatures(self):
        rotated = {**HEADERS, "webhook-signature": "v1,AAAA " + HEADERS["webhook-signature"]}
        self.assertTrue(self.verify(rotated, BODY, SECRET, now=1614265330))

    def test_it_refuses_another_body_another_secret_and_an_old_message(self):
        other = "whsec_" + "QUFB" * 8
        self.assertFalse(self.verify(HEADERS, BODY + b" ", SECRET, now=1614265330))
        self.assertFalse(self.verify(HEADERS, BODY, other, now=1614265330))
        self.assertFalse(self.verify(HEADERS, BODY, SECRET, now=1614265330 + 301))


if __name__ == "__main__":
    unittest.main()

"""Promises of infra/pages/template.yaml, and of the server that stands in for it locally."""

import json
import tempfile
import unittest
from pathlib import Path

import pages
from deploy import read_template
from settings import ROOT

TEMPLATE = read_template("infra/pages/template.yaml")


def properties(name):
    return TEMPLATE["Resources"][name]["Properties"]


def policy():
    text = properties("Headers")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]["ContentSecurityPolicy"]
    directives = (part.split() for part in text["ContentSecurityPolicy"]["Fn::Sub"].split(";"))
    return {name: sources for name, *sources in directives}


class Bucket(unittest.TestCase):
    def test_nobody_but_the_distribution_reads_it(self):
        self.assertTrue(all(properties("Files")["PublicAccessBlockConfiguration"].values()))
        allowed = [entry for entry in properties("FilesPolicy")["PolicyDocument"]["Statement"] if entry["Effect"] == "Allow"]
        for entry in allowed:
            self.assertEqual(entry["Principal"], {"Service": "cloudfront.amazonaws.com"})
            self.assertIn("${Distribution}", entry["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"])
        self.assertEqual({entry["Action"] for entry in allowed}, {"s3:GetObject", "s3:ListBucket"})
        origin = properties("Distribution")["DistributionConfig"]["Origins"][0]
        self.assertEqual(origin["OriginAccessControlId"], {"Fn::GetAtt": ["Access", "Id"]})


class Headers(unittest.TestCase):
    def test_pages_run_their_own_scripts_and_talk_to_the_api_alone(self):
        own = policy()
        self.assertEqual(own["default-src"], ["'none'"])
        self.assertEqual(own["connect-src"], ["'self'", "${ApiOrigin}"])
        for name in ("script-src", "style-src", "img-src"):
            self.assertEqual(own[name], ["'self'"], name)
        for name in ("form-action", "base-uri", "frame-ancestors"):
            self.assertEqual(own[name], ["'none'"], name)
        self.assertNotIn("unsafe", json.dumps(own))

    def test_files_are_compressed_and_only_read(self):
        behavior = properties("Distribution")["DistributionConfig"]["DefaultCacheBehavior"]
        self.assertIs(behavior["Compress"], True)
        self.assertEqual(behavior["AllowedMethods"], ["GET", "HEAD"])
        self.assertEqual(behavior["ViewerProtocolPolicy"], "redirect-to-https")

    def test_the_local_server_sends_what_the_template_says(self):
        sent = pages.headers("http://127.0.0.1:9", TEMPLATE)
        self.assertIn("connect-src 'self' http://127.0.0.1:9;", sent["Content-Security-Policy"])
        self.assertNotIn("${", sent["Content-Security-Policy"])
        self.assertEqual(sent["X-Frame-Options"], "DENY")
        self.assertIn("camera=(self)", sent["Permissions-Policy"])


class Files(unittest.TestCase):
    def test_no_file_outside_of_the_folder_is_served(self):
        with tempfile.TemporaryDirectory() as folder:
            inside = Path(folder) / "dist"
            (inside / "assets").mkdir(parents=True)
            (inside / "index.html").write_text("page")
            (inside / "assets/a-1.js").write_text("script")
            (Path(folder) / "secret").write_text("secret")
            self.assertEqual(pages.find("/", inside), ((inside / "index.html").resolve(), pages.ASK_FIRST))
            self.assertEqual(pages.find("/assets/a-1.js", inside)[1], pages.FOR_EVER)
            for path in ("/../secret", "/%2e%2e/secret", "//secret", "/assets/../../secret", "/assets", "/nothing"):
                self.assertIsNone(pages.find(path, inside), path)


class Publishing(unittest.TestCase):
    def test_files_are_kept_as_long_as_the_local_server_says(self):
        script = (ROOT / "infra/pages/publish").read_text()
        self.assertIn(pages.FOR_EVER, script)
        self.assertIn(pages.ASK_FIRST, script)


if __name__ == "__main__":
    unittest.main()

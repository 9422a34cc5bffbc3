"""Rows that are there, so that what is generated reaches further than 404."""

import itertools

import requests
from people import URL, WORKSPACE, token_of

API = f"{URL}/api/v1"


class Place:
    """A project with one of everything, made by the admin, in which the member and the guest are."""

    numbers = itertools.count()

    def __init__(self):
        self.session = requests.Session()
        self.session.headers["X-Api-Key"] = token_of("ADMIN")
        number = next(self.numbers)
        workspace = f"{API}/workspaces/{WORKSPACE}"
        made = self.post(f"{workspace}/projects/", {"name": f"Place {number}", "identifier": f"S{number}"})
        project = f"{workspace}/projects/{made['id']}"
        people = {one["email"].split("@")[0]: one for one in self.get(f"{workspace}/members/")}
        member = self.post(f"{project}/members/", {"member": people["member"]["id"], "role": 15})
        self.post(f"{project}/members/", {"member": people["guest"]["id"], "role": 5})
        item = self.post(f"{project}/work-items/", {"name": "An item"})
        at = f"{project}/work-items/{item['id']}"
        comment = self.post(f"{at}/comments/", {"comment_html": "<p>x</p>"})
        self.ids = {
            "slug": WORKSPACE,
            "project_id": made["id"],
            "identifier": f"S{number}-{item['sequence_id']}",
            "work_item_id": item["id"],
            "issue_id": item["id"],
            "comment_id": comment["id"],
            "activity_id": self.get(f"{at}/activities/")["results"][0]["id"],
            "state_id": self.post(f"{project}/states/", {"name": "Own", "color": "#000000"})["id"],
            "label_id": self.post(f"{project}/labels/", {"name": "own"})["id"],
            "member_id": member["id"],
            "link_id": self.post(f"{at}/links/", {"url": "https://example.test/"})["id"],
            "attachment_id": self.post(f"{at}/attachments/", {"name": "x.txt", "type": "text/plain", "size": 1})["asset_id"],
            "asset_id": self.post(f"{workspace}/assets/", {"name": "x.png", "type": "image/png", "size": 1})["asset_id"],
            "sticky_id": self.post(f"{workspace}/stickies/", {"name": "A note"})["id"],
            "related_work_item_id": self.post(f"{project}/work-items/", {"name": "Another"})["id"],
            "invitation_id": self.post(f"{workspace}/invitations/", {"email": f"place{number}@new.test", "role": 5})["id"],
        }

    def post(self, url, body):
        answer = self.session.post(url, json=body, timeout=30)
        assert answer.ok, (url, answer.status_code, answer.text)
        return answer.json()

    def get(self, url):
        answer = self.session.get(url, timeout=30)
        assert answer.ok, (url, answer.status_code, answer.text)
        return answer.json()

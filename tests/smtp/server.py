"""An SMTP server for tests. It prints its port, and writes each mail that it takes as JSON into a folder before it says so.

Addresses that begin with `nobody` are refused for good, those that begin with `later` for now.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Box:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 there is nobody of that name"
        if address.startswith("later"):
            return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = lambda kind: mail.get_body((kind,)).get_content()
        taken = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "text": part("plain"),
            "html": part("html"),
            "raw": envelope.content.decode("latin-1"),
            "is_tls": server.transport.get_extra_info("ssl_object") is not None,
            "user": session.authenticated and session.auth_data.login.decode(),
        }
        self.count += 1
        path = os.path.join(self.folder, f"{self.count:05}.json")
        with open(path + ".partial", "w") as file:
            json.dump(taken, file)
        os.replace(path + ".partial", path)
        return "250 2.0.0 taken"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--password", help="of the user `aileron`, who alone may send")
    asked = parser.parse_args()
    tls = None
    if asked.security != "none":
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(asked.certificate, asked.key)
    box = Box(asked.folder)

    def authenticate(server, session, envelope, mechanism, data):
        is_right = (data.login, data.password) == (b"aileron", (asked.password or "").encode())
        return AuthResult(success=is_right, handled=is_right, auth_data=data)

    def connection():
        starttls = asked.security == "starttls"
        return SMTP(
            box,
            hostname="smtp.test",
            tls_context=tls if starttls else None,
            require_starttls=starttls,
            authenticator=authenticate,
            auth_required=asked.password is not None,
            auth_require_tls=starttls,
        )

    loop = asyncio.get_running_loop()
    implicit = tls if asked.security == "tls" else None
    server = await loop.create_server(connection, "127.0.0.1", asked.port, ssl=implicit, reuse_address=True)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())

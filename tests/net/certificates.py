# SPDX-License-Identifier: Apache-2.0
"""Certificates of servers, made with openssl."""
import os
import subprocess


def made_certificate(folder, name, host):
    """Signs itself; key and certificate."""
    key, certificate = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=" + host, "-addext", "subjectAltName=" + host],
                   check=True, capture_output=True)
    return key, certificate

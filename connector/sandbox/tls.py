"""The sandbox's own certificate authority, its server certificate, and a client certificate for sign-in.

Keys are made once a process (they protect loopback traffic and invented people); files live with each sandbox.
"""

from __future__ import annotations

import functools
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_FOR = timedelta(days=90)
CA_NAME = "Lead Connector sandbox CA"


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority with the server certificate that it signed."""

    ca: x509.Certificate
    server_key: ec.EllipticCurvePrivateKey
    server: x509.Certificate


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """An RSA key with a self-signed certificate, as an app registration holds for sign-in."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    def pfx(self, password: str) -> bytes:
        """Key and certificate as PKCS #12."""
        return pkcs12.serialize_key_and_certificates(
            b"lead-connector",
            self.key,
            self.certificate,
            None,
            serialization.BestAvailableEncryption(password.encode()),
        )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(subject: str, issuer: str) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
    )


@functools.cache
def _signer() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The process's authority, with what strict verification (Python 3.13's default) asks of a chain."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = (
        _builder(CA_NAME, CA_NAME)
        .public_key(ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return ca, ca_key


@functools.cache
def authority(name: str = "localhost") -> Authority:
    """The process's authority with a certificate for a server on this machine, which others know by `name`."""
    ca, ca_key = _signer()
    key = ec.generate_private_key(ec.SECP256R1())
    names = [
        *(x509.DNSName(each) for each in dict.fromkeys(("localhost", name))),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    server = (
        _builder("localhost", CA_NAME)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return Authority(ca, key, server)


@functools.cache
def client_certificate() -> ClientCertificate:
    """The process's client certificate; RSA, because Entra takes no other for assertions."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = "Lead Connector sandbox app"
    certificate = _builder(name, name).public_key(key.public_key()).sign(key, hashes.SHA256())
    return ClientCertificate(key, certificate)


def write_ca(folder: Path) -> Path:
    """Write the authority's certificate for clients (CONNECTOR_CA_BUNDLE); return its path."""
    path = folder / "ca.pem"
    path.write_bytes(authority().ca.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(folder: Path, name: str = "localhost") -> ssl.SSLContext:
    """A TLS context for a server on this machine; the key is on disk only while the context reads it."""
    material = authority(name)
    path = folder / "server.pem"
    path.touch(mode=0o600)
    path.write_bytes(
        material.server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + material.server.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(path)
    path.unlink()
    return context

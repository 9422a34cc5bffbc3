//! Whom a server has to be, for us to talk to it.

use std::{path::Path, sync::Arc};

use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use crate::{Error, Result};

/// TLS that trusts the public authorities, and the certificates of the file beside them.
pub fn trusting(ca_file: Option<&Path>) -> Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        trust(&mut roots, path).map_err(|why| Error::Unusable(format!("cannot use the CA file {}: {why}", path.display())))?;
    }
    Ok(rustls::ClientConfig::builder().with_root_certificates(Arc::new(roots)).with_no_client_auth())
}

/// Adds the certificates of a PEM file. One without a certificate is a slip, not a wish.
fn trust(roots: &mut rustls::RootCertStore, path: &Path) -> Result<(), String> {
    let before = roots.len();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())? {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.len() == before { Err("there is no certificate in it (PEM)".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{trust, trusting};

    /// The authority of nobody; its key is thrown away.
    const CA: &str = "\
-----BEGIN CERTIFICATE-----
MIIBfDCCASGgAwIBAgIUdQJBCd5bsBmcZXzQrq/oT88+p/EwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdCBDQTAgFw0yNjExMjMwMTI2MzZaGA8yMTI2MTAzMDAx
MjYzNlowEjEQMA4GA1UEAwwHdGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABIKGwLQ6MJL5ES1XpeetUGanquZ8V6FAEULPgatde/ic07pYVQipI1Qa9p7B
QNADSQn5l9ZIxfCz7QL1IWtR6bCjUzBRMB0GA1UdDgQWBBRTbGwkO3SXC/qYCIy2
FRQhEl4SgDAfBgNVHSMEGDAWgBRTbGwkO3SXC/qYCIy2FRQhEl4SgDAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDo4w8ICayVHmJUBbp+lz01HmFj
FcezQKG3WPOXDNhJ/AIhALJtVn3IhkiEraQdAJhpAfzvWUZ6ZSwbtEX00ZVhOiLv
-----END CERTIFICATE-----
";

    fn read(content: Option<&str>) -> Result<rustls::ClientConfig, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        trusting(Some(&path)).map_err(|error| error.to_string())
    }

    #[test]
    fn authorities_of_the_operator_are_trusted_beside_the_public_ones() {
        let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, CA).unwrap();
        trust(&mut roots, &path).unwrap();
        assert_eq!(roots.len(), webpki_roots::TLS_SERVER_ROOTS.len() + 1);
        assert!(read(Some(CA)).is_ok());
    }

    #[test]
    fn a_file_that_is_no_authority_is_an_error_that_names_it() {
        let broken = CA.replace("MII", "AAA");
        for content in [None, Some(""), Some("no certificate"), Some(broken.as_str())] {
            let message = read(content).err().unwrap();
            assert!(message.contains("ca.pem"), "{message}");
        }
    }
}

import NIOSSL

/// A certificate of the tests' own: for `pictures.test`, `*.pictures.example` and 127.0.0.1, signed by itself, valid from 2020 to 2120.
///
/// Made by OpenSSL 3.0.19: a P-256 key from `openssl ecparam -name prime256v1 -genkey`, a request for `/CN=pictures.test`, and
/// `openssl ca -selfsign -startdate 20200101000000Z -enddate 21200101000000Z` with the extensions `basicConstraints=critical,CA:TRUE` and
/// `subjectAltName=DNS:pictures.test,DNS:*.pictures.example,IP:127.0.0.1`. The key protects nothing.
enum TestCertificate {
  static func authority() throws -> NIOSSLCertificate {
    try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)
  }

  /// What a server of the tests needs to speak TLS.
  static func serverContext() throws -> NIOSSLContext {
    let key = try NIOSSLPrivateKey(bytes: Array(privateKey.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(certificateChain: [.certificate(authority())], privateKey: .privateKey(key)))
  }

  private static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBiDCCAS2gAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1waWN0dXJl
    cy50ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYD
    VQQDDA1waWN0dXJlcy50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEx8aK
    RqgYsKQCMbNENjc+7v44VYKttSe0M2un7NK8O4Agqmmuu5nyTQgmk4HnUQMf1c1L
    WXP7DntKHNVwGD10WaNmMGQwDwYDVR0TAQH/BAUwAwEB/zAyBgNVHREEKzApgg1w
    aWN0dXJlcy50ZXN0ghIqLnBpY3R1cmVzLmV4YW1wbGWHBH8AAAEwHQYDVR0OBBYE
    FNghsmODDwWdCIHi08i6LKE+7l4cMAoGCCqGSM49BAMCA0kAMEYCIQC98cITmm6z
    X0zsGqKhpW1iATh8bh/Jm9dUWiVdiswr3AIhAMeQXe6CKZvSay60yU3YiXBhFX1F
    CUxXpTKP9gy5y0G6
    -----END CERTIFICATE-----
    """

  private static let privateKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmryqINgwFPITjAIn
    aA9xYDjIjo+fFjFoyeXkJNkPy7qhRANCAATHxopGqBiwpAIxs0Q2Nz7u/jhVgq21
    J7Qza6fs0rw7gCCqaa67mfJNCCaTgedRAx/VzUtZc/sOe0oc1XAYPXRZ
    -----END PRIVATE KEY-----
    """
}

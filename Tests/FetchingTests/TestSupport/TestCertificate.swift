import NIOSSL

/// A certificate of the tests' own: for `pictures.test`, `*.pictures.example` and 127.0.0.1, signed by itself, valid until 2126.
///
/// Made by OpenSSL 3.0.19 with
/// `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 36500 -subj /CN=pictures.test
/// -addext subjectAltName=DNS:pictures.test,DNS:*.pictures.example,IP:127.0.0.1`. The key protects nothing.
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
    MIIBvDCCAWOgAwIBAgIUPpEKHjEw0UJXVB2NYCYhsLGJMYkwCgYIKoZIzj0EAwIw
    GDEWMBQGA1UEAwwNcGljdHVyZXMudGVzdDAgFw0yNjExMjExMjQ0MDJaGA8yMTI2
    MTAyODEyNDQwMlowGDEWMBQGA1UEAwwNcGljdHVyZXMudGVzdDBZMBMGByqGSM49
    AgEGCCqGSM49AwEHA0IABFtEqE193V4q0g9rfyYtgYO4/O0Jr9bPwacuf/w659q7
    ZH1eDogE5v8klFchiyhCu6uFgveSzSD30ieY0uyBhWGjgYgwgYUwHQYDVR0OBBYE
    FPkZvnZ9cxZLM12IPUm4Trx4tK5uMB8GA1UdIwQYMBaAFPkZvnZ9cxZLM12IPUm4
    Trx4tK5uMA8GA1UdEwEB/wQFMAMBAf8wMgYDVR0RBCswKYINcGljdHVyZXMudGVz
    dIISKi5waWN0dXJlcy5leGFtcGxlhwR/AAABMAoGCCqGSM49BAMCA0cAMEQCIBGD
    Yt01BbKh3Y2BGhOQvFDuhatzd9bbEnL0WR+bZ/pxAiBLIZUXFKVRemmjoW4+hOly
    WjN1n/4odKjgejSY38nmgQ==
    -----END CERTIFICATE-----
    """

  private static let privateKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTtd6Fv/niOxpQuzU
    SlGMsrUvBiPceeKxgBdSUtHaCluhRANCAARbRKhNfd1eKtIPa38mLYGDuPztCa/W
    z8GnLn/8Oufau2R9Xg6IBOb/JJRXIYsoQrurhYL3ks0g99InmNLsgYVh
    -----END PRIVATE KEY-----
    """
}

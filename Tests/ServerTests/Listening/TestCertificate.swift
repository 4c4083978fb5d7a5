/// Two self-signed certificates for 127.0.0.1 with their keys, good for a hundred years and for nothing but tests.
///
/// Made with: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=first.test
/// -addext subjectAltName=DNS:localhost,IP:127.0.0.1
struct TestCertificate: Sendable {
  let chain: String
  let key: String

  static let first = TestCertificate(
    chain: """
      -----BEGIN CERTIFICATE-----
      MIIBnjCCAUOgAwIBAgIUBa1waKARF4EXmm/8uC9QM2N7fvgwCgYIKoZIzj0EAwIw
      FTETMBEGA1UEAwwKZmlyc3QudGVzdDAgFw0yNjExMjExMDIwNTRaGA8yMTI2MTAy
      ODEwMjA1NFowFTETMBEGA1UEAwwKZmlyc3QudGVzdDBZMBMGByqGSM49AgEGCCqG
      SM49AwEHA0IABIRM1nUIrUUPbDNGBRoqBNJC+jmmrT5FigRu5vjc/W1Wo4Y/DKxj
      Q2jYB8NgIOR488xlRcNsnFMjHZMkdhcAuxejbzBtMB0GA1UdDgQWBBQKuO4hoHpY
      vBbygdajp2tRqoj0DTAfBgNVHSMEGDAWgBQKuO4hoHpYvBbygdajp2tRqoj0DTAP
      BgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAKBggq
      hkjOPQQDAgNJADBGAiEArp1pE8GRBhz7Prh/LVZnAFoSfTLatUtZpD9Ub8Amz6YC
      IQDI1yrjeVEDw55jAbfYxvB0BvJ38Z0e1yVWA0O+mP7lig==
      -----END CERTIFICATE-----

      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjfhryFblgH/HKiTe
      An4BCtaJ3yK6TcKDadhJYbLh/BGhRANCAASETNZ1CK1FD2wzRgUaKgTSQvo5pq0+
      RYoEbub43P1tVqOGPwysY0No2AfDYCDkePPMZUXDbJxTIx2TJHYXALsX
      -----END PRIVATE KEY-----

      """)

  static let second = TestCertificate(
    chain: """
      -----BEGIN CERTIFICATE-----
      MIIBnzCCAUWgAwIBAgIUJkqRV03vHkgEz+8XfHKQbyDkFO8wCgYIKoZIzj0EAwIw
      FjEUMBIGA1UEAwwLc2Vjb25kLnRlc3QwIBcNMjYxMTIxMTAyMDU0WhgPMjEyNjEw
      MjgxMDIwNTRaMBYxFDASBgNVBAMMC3NlY29uZC50ZXN0MFkwEwYHKoZIzj0CAQYI
      KoZIzj0DAQcDQgAERxKqoHRMWiNhBrPyqY/UDefdbynZEipFyGcm2o//B09YtIad
      fqDqPUoNOAIKYdQajY9z97Q639e80uYs0pdNWaNvMG0wHQYDVR0OBBYEFCwzp/ho
      BLm/kQ6hMnl0eCYcxr7bMB8GA1UdIwQYMBaAFCwzp/hoBLm/kQ6hMnl0eCYcxr7b
      MA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoG
      CCqGSM49BAMCA0gAMEUCIHSoeSJ/4q7yGJrOEbDiBN+6w1rcJ+AQ6WrzvB2dsdEC
      AiEApprlAUl/l80HgsfL+eiE5423r3AOzTmcwNPSGMhLtDI=
      -----END CERTIFICATE-----

      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJ3iAfbOew7cvomgP
      qhfTfW1WLDixdgtiwatdFRL/NCKhRANCAARHEqqgdExaI2EGs/Kpj9QN591vKdkS
      KkXIZybaj/8HT1i0hp1+oOo9Sg04Agph1BqNj3P3tDrf17zS5izSl01Z
      -----END PRIVATE KEY-----

      """)
}

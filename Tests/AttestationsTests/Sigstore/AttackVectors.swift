/// Messages of the shared attack cases S25 and S26, with the keys they were made with.
enum AttackVectors {
  /// What is signed in both.
  static let payload =
    "eyJjcml0aWNhbCI6eyJpZGVudGl0eSI6eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnkuZXhhbXBsZS50ZXN0L3Byb2QvZXZp"
    + "bCJ9LCJpbWFnZSI6eyJkb2NrZXItbWFuaWZlc3QtZGlnZXN0Ijoic2hhMjU2OjQzZTc0YzNiMmNjMGE0M2JhMWQzYzZkN2Y1YjVk"
    + "MDNhMzRkMmM0NTRmMTQwOTYyN2QyODRkZDY3MGU4YmIzNjAifSwidHlwZSI6Ikdvb2dsZSBjbG91ZCBiaW5hdXRoeiBjb250YWlu"
    + "ZXIgc2lnbmF0dXJlIn19"
  /// S26: a root, and the signature under each of its leaves.
  static let root = """
    -----BEGIN CERTIFICATE-----
    MIIBOzCB4qADAgECAgEBMAoGCCqGSM49BAMCMB0xGzAZBgNVBAMMEnByYXRpcXVl
    IHRlc3Qgcm9vdDAeFw0yMDAxMDEwMDAwMDBaFw0zNjAxMDEwMDAwMDBaMB0xGzAZ
    BgNVBAMMEnByYXRpcXVlIHRlc3Qgcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
    A0IABHho49rwek6r7VgVbPMhyys77dQ2USJI0YC0qA8u0+TNBHiLhqSYpS3Auex9
    tc0ct/xQDiVVmwylgNMPis9wKDOjEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
    zj0EAwIDSAAwRQIhAMzMMehrF03fFT3XrAjS000px4KBaOsBubcXuxH58y9rAiBx
    37S5vkcRcedjYzdh1vl0k0SDnqQUx1MoklzhlBKvXw==
    -----END CERTIFICATE-----
    """
  static let certificateSignature =
    "MEUCIHwHCGkmSG7iK1FInu4goh7bfhSCnvlOPzwT+kkwfG4OAiEAh6xoJB9kMm4goVP8ewmtwtdZLhg1F4DH10CjZXVzpNE="
  /// Good identity.
  static let goodLeaf = """
    -----BEGIN CERTIFICATE-----
    MIIBlzCCAT2gAwIBAgIBBzAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJwcmF0aXF1
    ZSB0ZXN0IHJvb3QwHhcNMjYwNTAxMDAwMDAwWhcNMjYwNjAxMDAwMDAwWjAPMQ0w
    CwYDVQQDDARsZWFmMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEN/xsvO22L16+
    tvctpRpFaRY/woKbjnXSAkUTS8u/JZCn4gdG9w1DjosTdfaWF1gGIPU3NS0qcee1
    YKgW8lQTRKN8MHowDAYDVR0TAQH/BAIwADBVBgNVHREETjBMhkpodHRwczovL2dp
    dGh1Yi5jb20vc2hvcGlmeS9hcHAvLmdpdGh1Yi93b3JrZmxvd3MvYnVpbGQueW1s
    QHJlZnMvaGVhZHMvbWFpbjATBgNVHSUEDDAKBggrBgEFBQcDAzAKBggqhkjOPQQD
    AgNIADBFAiEAizjLb5PLP/i9AQ09seghPBvxy740yTGbWewzsD/c/rgCICN432xR
    lZOtOZ6R5KZ29+BYgUHsuPpdUKbMIxq0dil8
    -----END CERTIFICATE-----
    """
  /// Identity only contains the pattern.
  static let containingLeaf = """
    -----BEGIN CERTIFICATE-----
    MIIBgDCCASagAwIBAgIBBzAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJwcmF0aXF1
    ZSB0ZXN0IHJvb3QwHhcNMjYwNTAxMDAwMDAwWhcNMjYwNjAxMDAwMDAwWjAPMQ0w
    CwYDVQQDDARsZWFmMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEN/xsvO22L16+
    tvctpRpFaRY/woKbjnXSAkUTS8u/JZCn4gdG9w1DjosTdfaWF1gGIPU3NS0qcee1
    YKgW8lQTRKNlMGMwDAYDVR0TAQH/BAIwADA+BgNVHREENzA1hjNodHRwczovL2V2
    aWwudGVzdC8/dT1odHRwczovL2dpdGh1Yi5jb20vc2hvcGlmeS9hcHAwEwYDVR0l
    BAwwCgYIKwYBBQUHAwMwCgYIKoZIzj0EAwIDSAAwRQIgJpqTQCI/8hbe8eltvn1t
    kgSd1oXOryObVS4349ECXoACIQCAUJLAZtcrlkTyDqxEVym+wvdK1iPmPU0qC7rN
    /J1wQg==
    -----END CERTIFICATE-----
    """
  /// Dot not escaped.
  static let unescapedLeaf = """
    -----BEGIN CERTIFICATE-----
    MIIBbDCCARGgAwIBAgIBBzAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJwcmF0aXF1
    ZSB0ZXN0IHJvb3QwHhcNMjYwNTAxMDAwMDAwWhcNMjYwNjAxMDAwMDAwWjAPMQ0w
    CwYDVQQDDARsZWFmMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEN/xsvO22L16+
    tvctpRpFaRY/woKbjnXSAkUTS8u/JZCn4gdG9w1DjosTdfaWF1gGIPU3NS0qcee1
    YKgW8lQTRKNQME4wDAYDVR0TAQH/BAIwADApBgNVHREEIjAghh5odHRwczovL2dp
    dGh1Ylhjb20vc2hvcGlmeS9hcHAwEwYDVR0lBAwwCgYIKwYBBQUHAwMwCgYIKoZI
    zj0EAwIDSQAwRgIhAKHH3qu1i/8eHVXbtPjvmEkYn7OaCCytp2PzyesyvGxdAiEA
    /xzrl44TvlxVYUPkT54UbWMQbu1Ti8UBLgEUyyMoXag=
    -----END CERTIFICATE-----
    """
  /// S25: a signature by a key, and the log bundle of another signature.
  static let builderKey = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyEvot7oWx2ocXzgZEctwyKF4Sg8B
    gemqDSMJwAMk72zbrVLg5se+3Ud+V2qrKV4r58tybC4BQB/2Z0b2D/mZbg==
    -----END PUBLIC KEY-----
    """
  static let keySignature =
    "MEUCICXutv45XWQEO4K0nmj3LFsW6B1Y08kxLB3fZWmsofr3AiEAqBhEFwCjvBRzwEGFMQpXIbmxoL6wG5JbZFzumtdbQ44="
  static let logID = "f1289ee4e095f9f5b4ced641c69a95e66491448c47a7cef7cce1d9e2187b6e38"
  static let logKey = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB4XGsGeSC6GwKqiDX2p3RxUN+hPi
    So99OShjcZCKJvJDUgPW1w4YzlxNf9JhUlNbIg1JeVPyVCKG5TGwZ+AerQ==
    -----END PUBLIC KEY-----
    """
  static let logBody =
    "eyJhcGlWZXJzaW9uIjoiMC4wLjEiLCJraW5kIjoiaGFzaGVkcmVrb3JkIiwic3BlYyI6eyJkYXRhIjp7Imhhc2giOnsiYWxnb3Jp"
    + "dGhtIjoic2hhMjU2IiwidmFsdWUiOiIzOWI3ZDdmNTc1NTU5YWRhNDQ2ODVhOGNiYTU5ZDBkZDI0Y2Q0OGIxNTU0OTU3YmRiYTAz"
    + "YjQ3Yzk5ZGY2MTVhIn19LCJzaWduYXR1cmUiOnsiY29udGVudCI6Ik1FVUNJRHUwYzQvNmdnSGtkVVVxbFJ5WlZvYmw4cjFrYi9x"
    + "elZldmY5QkZqdGxOWkFpRUE1bGNNdjhLNGpPSE16UzltSHRmQlA3N29lcHBua3QzeGxuM3owcVh1aThvPSIsInB1YmxpY0tleSI6"
    + "eyJjb250ZW50IjoiTFMwdExTMUNSVWRKVGlCUVZVSk1TVU1nUzBWWkxTMHRMUzBLVFVacmQwVjNXVWhMYjFwSmVtb3dRMEZSV1Vs"
    + "TGIxcEplbW93UkVGUlkwUlJaMEZGZVVWMmIzUTNiMWQ0TW05aldIcG5Xa1ZqZEhkNVMwWTBVMmM0UWdwblpXMXhSRk5OU25kQlRX"
    + "czNNbnBpY2xaTVp6VnpaU3N6VldRclZqSnhja3RXTkhJMU9IUjVZa00wUWxGQ0x6SmFNR0l5UkM5dFdtSm5QVDBLTFMwdExTMUZU"
    + "a1FnVUZWQ1RFbERJRXRGV1MwdExTMHRDZz09In19fX0="
  static let logPromise =
    "MEYCIQCF1tgSU6uficQRvKdMVj25KWLNNNpxiTzt0CEzLZKOvAIhAI6ZoeXpTqh3Zq2/RZm3vfwt+2Ja0sknMonatEM769BD"
  static var logBundle: String {
    #"{"SignedEntryTimestamp":"\#(logPromise)","Payload":{"body":"\#(logBody)","integratedTime":1777600000,"logIndex":4242,"logID":"\#(logID)"}}"#
  }
}

/// Messages that gpg 2.2.40 made with `gpg --armor --sign` on 10 April 2026 by the keys of `OpenPGPKeys` of the same name.
enum OpenPGPMessages {
  /// Deflated, as gpg does it by default.
  static let rsa2048 = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwMXY1MXsmcr85wrjmm9JjAWZN545VCslF2WWZCYn5ihZVStlpqTmlWSW
    VILYKfnJ2alFukWpaalFqXnJqUpWSkWp6ZnFJUWVeqkVibkFOal6JanFJfoFRfkp
    +uWpSUq1OkqZuYnpqUi6cxPzMtOAinRTMtOBFNCM4oxEI1MzKwsjs+RkIJGUbJlq
    kWKWmJxmZmBmYWyZam6cmGpinJRmbmFulGyRZGBsYpFmkJqWaGhslGZkYJFmapGa
    nGRuCLKspLIA5Cr3/Pz0nFSF5Jz80hSFpMy8xNKSjCqF5Py8ksTMvNQiheLM9LzE
    ktKiVKXa2k5GTxYGRi4GYzFFFmsN6xuJmbEbX3E774IFDCsTKFBEZYqKE40MTCwc
    kD3KwMUpAFN37Dz7/+pgMe1td8+lmpSc2PZ66zbPQo+gN9u1v2SL/17xqOv8iksG
    a4p37D+vd2Qi59/kyXUrmyY2f/BaeHrpE8ac2cU7Tu1ivfmtSN5cy2NR2MykrGz/
    OidBM6Pa4y+sL3AZ3L1f/eT6z5LPrAryq4XSzXnC1z//Nr1ZfI5meYxiIuv26IAn
    anO/qt8pKXkvVnFu1/GrBrHH1AOMT/4wuPfY6YWwj2+57PacOd3rZqu/fJz/4/yB
    V6v2ynz5W1T74HzHHPkpUtM+13o6388ME91xubzncsl77d6Yxtl/ZJYt+XJn9dqe
    PdlHjp3XymE8d01fmmNLUKNfxQfp+arSKv2Vm0xOVh3rnKUR/HDV8cfhO00A
    =KZtj
    -----END PGP MESSAGE-----
    """

  /// Deflated with zlib.
  static let rsa3072 = """
    -----BEGIN PGP MESSAGE-----

    owJ4nJvAy8zAxfjqyfq9sp3LjBnXfEtiLMi88cyhWim5KLMkMzkxR8mqWikzJTWv
    JLOkEsROyU/OTi3SLUpNSy1KzUtOVbJSKkpNzywuKarUS61IzC3ISdUrSS0u0S8o
    yk/RL09NUqrVUcrMTUxPRdKdm5iXmQZUpJuSmQ6kgGYUZyQamZpZWRiZJScDiaRk
    y1SLFLPE5DQzAzMLY8tUc+PEVBPjpDRzC3OjZIskA2MTizSD1LREQ2OjNCMDizRT
    i9TkJHNDkGUllQUgV7nn56fnpCok5+SXpigkZeYllpZkVCkk5+eVJGbmpRYpFGem
    5yWWlBalKtXWdjKeZGFg5GIwFlNkub3yhVfMV+eFKc+ZJGABw8oEChRRmaLiRGMD
    cyMHZI8ycHEKwNQVrOJh6HjobzBF2GJ2qoemsf7Wr1uSNfiXe28I4IuewbU6Kuf7
    cp9u3/NNU5q+r9BSXrBtMz+rH2PoRs1FmocDsg89WPOJ/ZqPnEslx9mfp2eeO9N/
    h92lYWG8p08JX5LgHovsa7M9BLme/bCr2B/hVGUd2VpWzj1pQ+D3JzsvH9ruPkeg
    elL0jGsXp0V1Vc52VTfUNpR5FKZ25JjMqe1lH54ZBTw73CHlJy14S1Qp0/qMvfuf
    56m1+ho/TxVX6k1PvPBo2blldq/W7W1vFA2euNvA43m/v9CPRQ3hPEoWBn6+t/oZ
    O56onBE9WLueu6dp+rxt2j+P5H7vM3ia4pV312N2yjvpez7NTlGfRSsZC1b+P3qh
    WdPQsshC9+59qSnTks73bl1T1s9l3TzH4Fz8qbZZR3ecnXTHcE+TguF2n4iLe0JD
    NfrffLlcH6S+asMZ3c5/T54LrzrqeGjHc/867RjBcw4/jBTV5coL9jU1l/O4zk7U
    mPOaReWoma9+ocuBkitc8z45ih1bKBkeyZDGl7NfNkXJ8AAApGMvgA==
    =QoQ8
    -----END PGP MESSAGE-----
    """

  /// Not compressed.
  static let p256 = """
    -----BEGIN PGP MESSAGE-----

    kA0DAAgTwp1ONZK7oBABrPZiAXBp2OZAeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6
    eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnkuZXhhbXBsZS50ZXN0L3Byb2Qv
    d2ViIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6
    ODI2Y2M4MjZiYzllOGQ2YWNmNjA2ODM5ZTczYWU0M2JmNzg3MmM4YjAzNDhmMGVm
    YTEzMmYyMDhmNThlY2I3MSJ9LCJ0eXBlIjoiR29vZ2xlIGNsb3VkIGJpbmF1dGh6
    IGNvbnRhaW5lciBzaWduYXR1cmUifX2IiAQAEwgAMBYhBGEmi8wUWhlxvBV/f8Kd
    TjWSu6AQBQJp2OZAEhxwMjU2QGV4YW1wbGUudGVzdAAKCRDCnU41krugEMMlAP4h
    h9JVk9dVgws2vPyEnVTNC6Um/KFAWdxbSpnIEklYAwEAwUeH7TWI2n8inbhbs1p1
    7JlpOnSezd0Ff3lB9iEfO3s=
    =kk73
    -----END PGP MESSAGE-----
    """

  static let p384 = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwCnMWb7H4MNi1WOMa74lMRZk3njmUK2UXJRZkpmcmKNkVa2UmZKaV5JZ
    Uglip+QnZ6cW6RalpqUWpeYlpypZKRWlpmcWlxRV6qVWJOYW5KTqlaQWl+gXFOWn
    6JenJinV6ihl5iampyLpzk3My0wDKtJNyUwHUkAzijMSjUzNrCyMzJKTgURSsmWq
    RYpZYnKamYGZhbFlqrlxYqqJcVKauYW5UbJFkoGxiUWaQWpaoqGxUZqRgUWaqUVq
    cpK5IciyksoCkKvc8/PTc1IVknPyS1MUkjLzEktLMqoUkvPzShIz81KLFIoz0/MS
    S0qLUpVqaztWsDAIczIYiCmyiARv50x/3uy/gkGpGhYurEygMBGSKTC2MHFA9iQD
    F6cATNH6WsZasa6CowW1dpcvbd66z/P/Vwuvq5HBu+4wxTDeT7rxJD2AqVvlmcwb
    /whVdqb92t1nonMYG7aYiLVHz56nuOSels3mmZJhkjcuBqxYqzLpYHqOTLd2k9/b
    /3pXdr19v8ymW5RvY2D0fgA=
    =a6rP
    -----END PGP MESSAGE-----
    """

  static let p521 = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwCX8Pd66s3VSx0vGNd+SGAsybzxzqFZKLsosyUxOzFGyqlbKTEnNK8ks
    qQSxU/KTs1OLdItS01KLUvOSU5WslIpS0zOLS4oq9VIrEnMLclL1SlKLS/QLivJT
    9MtTk5RqdZQycxPTU5F05ybmZaYBFemmZKYDKaAZxRmJRqZmVhZGZsnJQCIp2TLV
    IsUsMTnNzMDMwtgy1dw4MdXEOCnN3MLcKNkiycDYxCLNIDUt0dDYKM3IwCLN1CI1
    OcncEGRZSWUByFXu+fnpOakKyTn5pSkKSZl5iaUlGVUKyfl5JYmZealFCsWZ6XmJ
    JaVFqUq1tR2nWRiEuRgMxBRZIsoVor9ffzb1qt48eLiwMoHCREimwNTI0AHZkwxc
    nAIwRRv8mTgZTy3m3+7jmWLJP6H0R3nAmUWt/z+XepkZzokNb9vVv7G/0VzIcf1Z
    020vfl4uZH8UE/1yvulOj1lbE0MZ7k2fIOjxZ+FiJo4HM+5Wdc/bn7KNj8er9G+d
    xGbtnOz8Q/Ur7ry78/08u+LhnGXbtU8335zwWujBp5jiy4w7piW8Ytjdpvd1khN/
    hbbyjBQA
    =5sFR
    -----END PGP MESSAGE-----
    """

  static let ed25519 = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwCE20/o1RwB320HGNd+SGAsybzxzqFZKLsosyUxOzFGyqlbKTEnNK8ks
    qQSxU/KTs1OLdItS01KLUvOSU5WslIpS0zOLS4oq9VIrEnMLclL1SlKLS/QLivJT
    9MtTk5RqdZQycxPTU5F05ybmZaYBFemmZKYDKaAZxRmJRqZmVhZGZsnJQCIp2TLV
    IsUsMTnNzMDMwtgy1dw4MdXEOCnN3MLcKNkiycDYxCLNIDUt0dDYKM3IwCLN1CI1
    OcncEGRZSWUByFXu+fnpOakKyTn5pSkKSZl5iaUlGVUKyfl5JYmZealFCsWZ6XmJ
    JaVFqUq1tR3dLAxiHAzGYoosUlHnZp9ZbrvoVdTFVli4sDKBwkRUJjXFyNTU0NIB
    2Z8MXJwC8PDjYWT4utnl/fvczjL7budTd5fGntkqY3nxmZXA1nWRC1T+rXr4kpHh
    tIrCzpNJ/Bm2F4o3X7l5Ryz/3R+X6d4Rvfv1kxOXPwzhAAA=
    =G+ap
    -----END PGP MESSAGE-----
    """

  /// Of 1 April 2022.
  static let expired = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwCEWV7D1jl+u+HbGNd+SGAuS3BwaqpWSizJLMpMTc5SsqpUyU1LzSjJL
    KkHslPzk7NQi3aLUtNSi1LzkVCUrpaLU9MzikqJKvdSKxNyCnFS9ktTiEv2CovwU
    /fLUJKVaHaXM3MT0VCTduYl5mWlARbopmelACmhGcUaikamZlYWRWXIykEhKtky1
    SDFLTE4zMzCzMLZMNTdOTDUxTkoztzA3SrZIMjA2sUgzSE1LNDQ2SjMysEgztUhN
    TjI3BFlWUlkAcpV7fn56TqpCck5+aYpCUmZeYmlJRpVCcn5eSWJmXmqRQnFmel5i
    SWlRqlJtbUc3C4MYB4OxmCLLCebJ8zW9D5xxWSr9GxYurEygMBGVSa0oyCxKTXFA
    9icDF6cATJ3cdEaGv57/Zn6r2v6iI5BByq6kojpr7V77xrOuxz6l6waJpDrVMPwz
    bFm/QIVlalvqvmfmr2qULyZuDS/lmzOzYe7Zx1dUZxxhAwA=
    =HnDJ
    -----END PGP MESSAGE-----
    """

  static let subkey = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwCHcNyn4lPZeRTvGNd+SGAsybzxzqFZKLsosyUxOzFGyqlbKTEnNK8ks
    qQSxU/KTs1OLdItS01KLUvOSU5WslIpS0zOLS4oq9VIrEnMLclL1SlKLS/QLivJT
    9MtTk5RqdZQycxPTU5F05ybmZaYBFemmZKYDKaAZxRmJRqZmVhZGZsnJQCIp2TLV
    IsUsMTnNzMDMwtgy1dw4MdXEOCnN3MLcKNkiycDYxCLNIDUt0dDYKM3IwCLN1CI1
    OcncEGRZSWUByFXu+fnpOakKyTn5pSkKSZl5iaUlGVUKyfl5JYmZealFCsWZ6XmJ
    JaVFqUq1tR1dLAzCHAxGYoosUe+nFDFsO6K879vkGFi4sDKBwkREprg0KTu10gHZ
    mwxcnAIwZf83MDI8Zbt1/BrXmfj46jm/97pNqq+TjBX8nxb2VFH6WH+52c4ahv/Z
    pjccptX+COqsjJx1bcqeRavs9a8ccdodNW8D4/ngeZq/AA==
    =fX8N
    -----END PGP MESSAGE-----
    """

  static let revoked = """
    -----BEGIN PGP MESSAGE-----

    kA0DAAgWxKvLZZH/liIBrPZiAXBp2OZAeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6
    eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnkuZXhhbXBsZS50ZXN0L3Byb2Qv
    d2ViIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6
    ODI2Y2M4MjZiYzllOGQ2YWNmNjA2ODM5ZTczYWU0M2JmNzg3MmM4YjAzNDhmMGVm
    YTEzMmYyMDhmNThlY2I3MSJ9LCJ0eXBlIjoiR29vZ2xlIGNsb3VkIGJpbmF1dGh6
    IGNvbnRhaW5lciBzaWduYXR1cmUifX2IiwQAFggAMxYhBFXFCO6I3Q0DtTjfNcSr
    y2WR/5YiBQJp2OZAFRxyZXZva2VkQGV4YW1wbGUudGVzdAAKCRDEq8tlkf+WIh7k
    AP4o6rWtZArwV8yn4Tc8vuKzC6CBtaa8l8HIMPc1uucZnwD+OvG7p2gRPcCkPWfv
    XcOYsXUnM3+JFs9Fg6ZqyGedbAA=
    =nXKW
    -----END PGP MESSAGE-----
    """

  /// `hello`, not compressed, by the key `ed25519`; so are all that follow.
  static let plain = """
    -----BEGIN PGP MESSAGE-----

    kA0DAAgWmTvrCFALhsEBrA1iAXBp2OZAaGVsbG8KiIsEABYIADMWIQQaWs6bzKc9
    oupa0YWZO+sIUAuGwQUCadjmQBUcZWQyNTUxOUBleGFtcGxlLnRlc3QACgkQmTvr
    CFALhsHw9wEA8izzK3dpTNLFLsPg0BHnVDFJNufwC79VQzSGGRc9YA0BALIrNKBN
    ncpuXGIDhA1Y1x66bf9nLNAMElpOeA/f93EM
    =N1Ip
    -----END PGP MESSAGE-----
    """

  /// With `--textmode`: a text signature.
  static let text = """
    -----BEGIN PGP MESSAGE-----

    kA0DAQgWmTvrCFALhsEByxl0AXBp2OZAb25lDQp0d28gDQoNCnRocmVliIsEARYI
    ADMWIQQaWs6bzKc9oupa0YWZO+sIUAuGwQUCadjmQBUcZWQyNTUxOUBleGFtcGxl
    LnRlc3QACgkQmTvrCFALhsEiYQEAjVqOJc1rH4hEWUAvB8qo/a/N5NsJjgiZbFht
    d+s2hosBANd9ij+vIywX+8ozsZfx7gIaBQp/F9r3sbWbq+9zVq4B
    =TZfM
    -----END PGP MESSAGE-----
    """

  static let bzip2 = """
    -----BEGIN PGP MESSAGE-----

    owNCWmg2MUFZJlNZf41y0AAAP3///n7ztSANPypIJ0ZUdufswAdIQCpQhBAQqhVw
    wMGYWICgAJQZqANAAAGgAAAGmgaaDQ0A0Gg0G0mQ7Rp6mgaAGgaANAANBpiAMg0B
    oAAD1AtsAwFDEJabBWLifgIH9iNVVykJ854LKWNPI+GJLHnvSkiSuxG0KAS/A5Wh
    vitrCCbxoLhyONQWt2HGDA/ebRONLkZRW7xjSzSqaag7P1EFF6evirT21Lu5s/sr
    2h6cAGHlXz+YTxZAXZHdpnA7RQQr+k1KARxPn5IQKKSQMCDxr7To/xdyRThQkH+N
    ctA=
    =GMlO
    -----END PGP MESSAGE-----
    """

  /// With `--digest-algo SHA1`.
  static let sha1 = """
    -----BEGIN PGP MESSAGE-----

    kA0DAAIWmTvrCFALhsEBrA1iAXBp2OZAaGVsbG8KiIsEABYCADMWIQQaWs6bzKc9
    oupa0YWZO+sIUAuGwQUCadjmQBUcZWQyNTUxOUBleGFtcGxlLnRlc3QACgkQmTvr
    CFALhsHbJwEAurU8tVnh29O+U1NF2eNiPjbX0mSf7BRaIgqKNEKtM9EA/RnTviNz
    UvmBv+ba/6SMMczKkVEMY5LpkC7/14iAqbII
    =A0sr
    -----END PGP MESSAGE-----
    """

  /// With `--default-sig-expire 30d`.
  static let expires = """
    -----BEGIN PGP MESSAGE-----

    kA0DAAgWmTvrCFALhsEBrA1iAXBp2OZAaGVsbG8KiJEEABYIADkWIQQaWs6bzKc9
    oupa0YWZO+sIUAuGwQUCadjmQAWDACeNABUcZWQyNTUxOUBleGFtcGxlLnRlc3QA
    CgkQmTvrCFALhsHlMgD/Ya6QyqlPCmjM8v00cQqsPeV6gYq9el/udsg1iehyc/kA
    /Au67AjgaH5VenA/AXDOtCkhY/qszfZC2ZR62JsgRcME
    =XnN6
    -----END PGP MESSAGE-----
    """

  /// With a critical notation.
  static let notation = """
    -----BEGIN PGP MESSAGE-----

    kA0DAAgWmTvrCFALhsEBrA1iAXBp2OZAaGVsbG8KiKQEABYIAEwWIQQaWs6bzKc9
    oupa0YWZO+sIUAuGwQUCadjmQBiUgAAAAAAOAAFhQGV4YW1wbGUudGVzdGIVHGVk
    MjU1MTlAZXhhbXBsZS50ZXN0AAoJEJk76whQC4bBhBkA/jO3CwQug22T41wuh8CO
    80xm8dfpVPYN3JQ/rA4WfExxAQC5nQku2gKE0GlwJWQvMGy58j8FvlmQgkP4ArFI
    CbnMDQ==
    =cDnP
    -----END PGP MESSAGE-----
    """

  static let detached = """
    -----BEGIN PGP SIGNATURE-----

    iIsEABYIADMWIQQaWs6bzKc9oupa0YWZO+sIUAuGwQUCadjmQBUcZWQyNTUxOUBl
    eGFtcGxlLnRlc3QACgkQmTvrCFALhsHw9wEA8izzK3dpTNLFLsPg0BHnVDFJNufw
    C79VQzSGGRc9YA0BALIrNKBNncpuXGIDhA1Y1x66bf9nLNAMElpOeA/f93EM
    =eD1p
    -----END PGP SIGNATURE-----
    """

  static let clear = """
    -----BEGIN PGP SIGNED MESSAGE-----
    Hash: SHA256

    hello
    -----BEGIN PGP SIGNATURE-----

    iIsEARYIADMWIQQaWs6bzKc9oupa0YWZO+sIUAuGwQUCadjmQBUcZWQyNTUxOUBl
    eGFtcGxlLnRlc3QACgkQmTvrCFALhsFkmwEA/9NyynFY18g1U0J2qNK9XRYK5iQO
    FDGlHasZriWzvwsBAKM05PmGe6KX2mxMNDvKkEz00ohgpX7+zBFXrRAk2ywK
    =SeLy
    -----END PGP SIGNATURE-----
    """

  /// By golang.org/x/crypto/openpgp 0.4.0, with which Kritis and Voucher sign: content in short parts, and a number with the
  /// length of its bytes, not of its bits.
  static let go = """
    -----BEGIN PGP MESSAGE-----

    xA0DAAgBMbL7wJe3JmcBy+d0AAAAAAB7ImNyaXRpY2FsIjp7ImlkZW50aXR5Ijp7
    ImRvY2tlci1yZWZlcmVuY2UiOiJyZWdpc3RyeS5leGFtcGxlLnRlc3QvcHJvZC93
    ZWIifSwiaW1hZ2UiOnsiZG9ja2VyLW1hbmlmZXN0LWRpZ2VzdCI6InNoYTI1Njo4
    MuY2Y2M4MjZiYzllOGQ2YWNmNjA2ODM5ZTczYWU0M2JmNzg3MmM4YjAzNDhmMGVm
    YTEzMmYyMDhmNThlY2I3MSJ95SwidHlwZSI6Ikdvb2dsZSBjbG91ZCBiaW5hdXRo
    eiBj5G9udGFpbmVyIHNpZ25hdHXicmUifeB9AMLAXAQAAQgAEAUCadjmQAkQMbL7
    wJe3JmcAAE0MCAAQlQkjA9HuOaen0vwH3sHQvSPaftHcLc0ay+0DARBxF21944J3
    4j9uif+s61V+qVnK82tNnp2IfpooHdLOOBl8pXW1Hovf4ZEUk4GwcSDjkqZn41YE
    1yALhISoAOiBV0te3T6hccJRhXdbmCc2ogtYL3yde9utunPdlNTv4ZVMR1EZU/ww
    L6BefgGjiO4DZcnvJvzY4UyAYpo5SIZDPYyC4LlTejynFEQ3pbEGGgW6v37Tg9+P
    tGtZxUB/8rlulym0PsAvr56OBLcWKHr/q/r/EmkcgFoUDkxHOHbHiz6eri4TBpZT
    ewKyvrdaqKCqFcffq6ZqoXZhHUxHKlp/QNUE
    =jzp3
    -----END PGP MESSAGE-----
    """
}

/// The attacker's case of a key that bears the user id of another.
enum UserIDAttack {
  static let fingerprint = "122600C391FC3F5125953069A4B085D6E563A589"
  static let key = """
    -----BEGIN PGP PUBLIC KEY BLOCK-----

    mQENBGmjgYABCADBq5ynI3UpY0yaNzOgLr9WgxF7P1/KFR+lY2ls5zdwwvSzYFET
    oSuUtpNF95iQNRegZn1NRbymr6B7dVFPhe6+XcQ+mAM4xkI/IPT6EtIB7IX5YZet
    z0oV6ZyVN4fQdHpqBnQ1iIW7SK7U3NbuS9s3rAee34ruKLi6dAbhbCFdtaOrRZ7A
    EFdeLaYWe2hu1XdpG5Qqvj4COH6MyBBEJdRwxO3YBsdAY0TM4NO0UlFARNNcNeC6
    K6Zfgtob2tMHAAJ616RMOEi/kDObtvXv3HvSrQmuVE0GuqyUktXNrIkFI/Y+DDPC
    xidh/Fh1EbgvrAMkGF8rYOipCvaeeXelaWxLABEBAAG0G1FBIFNpZ25lciA8cWFA
    ZXhhbXBsZS50ZXN0PokBTgQTAQoAOBYhBBImAMOR/D9RJZUwaaSwhdblY6WJBQJp
    o4GAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEKSwhdblY6WJbF4H/0on
    31hOp7jz/9nXFwV3w3gCGzSnmQUlQSTQh+x2uY23AiJQGsYea6oZp5uvwqQ4KuHi
    Ctc2A0D/NvhrE0wVtO1w1UZWvQxTWTdKXeYfebzz0g3tWDDG/YE4vi4n6IcXex/I
    p6WrSvl3FDbuOh2bKWMcYpimwiWzeHfS3n59ApqW2Ls7Q6dhAurUhHlKm08TQcXf
    4z3FEyptG7MHFHc/f/v2dW+qqtW1Au0/+AUoh6x3/QTDHLZ6EeEnAHwkN2UZPQl9
    MaxArk1uJGHZQUF3rO74yORKTbfl1geiFmMZs4U4jDesCy1f71frpIs47Xn1MsZe
    ryUVRjSZTI9QYjM0qh4=
    =n4hA
    -----END PGP PUBLIC KEY BLOCK-----
    """

  /// By the key, over the image.
  static let good = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwMW4ZEPrtafJSzsZTx8wS2LIvGHbUK2UXJRZkpmcmKNkVa2UmZKaV5JZ
    Uglip+QnZ6cW6RalpqUWpeYlpypZKRWlpmcWlxRV6qVWJOYW5KTqlaQWl+gXFOWn
    6KeWZeYo1eooZeYmpqciac9NzMtMA6rSTclMB1JAQ4ozEo1MzaxMjFPNTZKNk4yS
    kw0STYyTEg1TjJPNUszTTJNMUwyME41NUoySTUxN0gxNDCzNjMxTjCxMUlLMzA1S
    LZKSjM0MQJaVVBaAnOWen5+ek6qQnJNfmqKQlJmXWFqSUaWQnJ9XkpiZl1qkUJyZ
    npdYUlqUqlRb28lozMLAyMUgK6bIIqTGcHjiH/tA1akGmbCQYWUChQoDF6cATKTz
    CwfD3P/hoSKnBJNl181jFsnev/t7aQRnvsqOHVed1rfn6/HPFzz8UaR+su3ehdHT
    u3tfV8/g7M9ePluZpzZf2mxd6afPi9RX5rMkaNRa7DGr+xm99G50EN/x/9OfZDZY
    VJ360tAkcO+J2IqUOa1MSo9lBFb81wllYlrdrZEzbc4UXTW96KKeR6veXJgUod33
    p+SftnPJwbUvX27OnVEfnhoVcLOryiJ7Qmzf75yvyb45Z38ecHhyO83k+YpePusT
    BSfNZzPaNx5y+W7FsyXW1GhDnU59W+Or3bscd0z8eLby62v2pv8vC3aVaBlbsejP
    kjhm9zNicUh5+smgDZHFa3OOTnwjtIutLopV4G+SxiIA
    =335/
    -----END PGP MESSAGE-----
    """

  /// By another key with the same user id.
  static let otherKey = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwMX44/0WPzdGn4+Mpw+YJTFk3rBtqFZKLsosyUxOzFGyqlbKTEnNK8ks
    qQSxU/KTs1OLdItS01KLUvOSU5WslIpS0zOLS4oq9VIrEnMLclL1SlKLS/QLivJT
    9FPLMnOUanWUMnMT01ORtOcm5mWmAVXppmSmAymgIcUZiUamZlYmxqnmJsnGSUbJ
    yQaJJsZJiYYpxslmKeZppkmmKQbGicYmKUbJJqYmaYYmBpZmRuYpRhYmKSlm5gap
    FklJxmYGIMtKKgtAznLPz0/PSVVIzskvTVFIysxLLC3JqFJIzs8rSczMSy1SKM5M
    z0ssKS1KVaqt7WQ0ZmFg5GKQFVNkafphmfK2b/6F4mMXT8NChpUJFCoMXJwCMJHf
    RhwMPZpLr7fUlrHYKIVw9frnBPzSsZQy3FEYFdfyvVX4rVyDR1F4YIP3V4VbGW0b
    Hxp7bPnh+7L3fFXHD2V2sbzSoj+CO/LyTWfOZhJXND/m/kGrT+2rplrMFDbmAtlq
    2a3tty03tH44cFdmsk3fE8MNzDZTUj8vlzrfoqL6KGyyjNvktDfdglPfSlya79Dq
    /1V/39f/tx70TrpxVCfqXNnO7Q1OGzt5uuVdv8/YHPdZKDGDQ2GNel43m+uFpMgN
    FzI4vkismREstnKvro/4/40bl9wwCPcPVVr6fzlDmoNvwXcf7iyfkD1XZvqxMNvv
    vl7PtubCaZMpycdMXSV6v694znnf57yXE5vGqvqg7QA=
    =oTwL
    -----END PGP MESSAGE-----
    """

  /// By the key, over another image: a good signature.
  static let otherImage = """
    -----BEGIN PGP MESSAGE-----

    owGbwMvMwMW4ZEPrtafJSzsZTx8wTWLIvGHbUK2UXJRZkpmcmKNkVa2UmZKaV5JZ
    Uglip+QnZ6cW6RalpqUWpeYlpypZKRWlpmcWlxRV6qVWJOYW5KTqlaQWl+gXFOWn
    6JenJinV6ihl5iampyLpzk3My0wDKtJNyUwHUkAzijMSjUzNrCyMzJKTgURSsmWq
    RYpZYnKamYGZhbFlqrlxYqqJcVKauYW5UbJFkoGxiUWaQWpaoqGxUZqRgUWaqUVq
    cpK5IciyksoCkKvc8/PTc1IVknPyS1MUkjLzEktLMqoUkvPzShIz81KLFIoz0/MS
    S0qLUpVqazsZjVkYGLkYZMUUWYTUGA5P/GMfqDrVIBMWMKxMoEBh4OIUgInYrmf/
    pyiTGCjrL1/Q80Lh3luW287FASwh9u56GX7aos8f6iwQbb6+crHzpi3dFzlri4t7
    2coUA8pPHridPPXnvJMzLQ6X/cs7czKCMdH9631JlYZHcXaTypqeT3jPeu7m/J2H
    JpctnLJJKLjFQH5ZrvaWWRfSuHatmhTe8n2Xa3y2TNGSJXs2nZ0j8dBhveQXm9nB
    ZzXMOVLlphUk3fd6ZXDB92HqZTOuw/Ib+m6fk2XKtPB4kPH5X8h/IcuFEcoP+AuT
    LA+7fi5gLjgwpWU5000Vy7DjP0o55lrc4NugFfnw/zRpYdWvnL2yk+Y2vrrAv50r
    cE7ty3lK3M8fl7q3sJ2d/nyOyj+Ox7M2yjtr2D8oBgA=
    =CgJc
    -----END PGP MESSAGE-----
    """
}

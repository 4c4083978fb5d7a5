/// Signatures over `Example.payload` made with `openssl dgst -sigopt rsa_padding_mode:pss`; the private keys are gone.
struct OpenSSLVector: Sendable {
  let name: String
  let algorithm: String
  let pem: String
  let signature: String

  static let all = [
    OpenSSLVector(
      name: "2048 bits, SHA-256, the longest salt", algorithm: "RSA_PSS_2048_SHA256",
      pem: """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4iMd/5lv90ks5F5PZurP
        gO4+GywRWQ+gfso64fT7hDtIzKMOEW+S2YaBLgTwAX+n3cvGsBnd7xutP5ZuostX
        /9HSqkf60XbvJwsv1YpBUZEkSydMBp2N1WlkHw7e43H2GJ1BdxOa5fZ32t1al/i1
        03QXTVuMHKu4avRCRYXeQvRNJM0ee/OCEKg2K/BmxcTPMAxAurcfmO8uhbeCgs+b
        GDIchXYQ3gVKrxgYdfmi2/Maoss1jLACy0dGGNsSH33uVe+/nut/0zY1guHOtImo
        ChkKBR3nmLmoq18rSOIVp9BijTSV+KQ3JIOgk8NtNwt6zgRUzt5H0vQYQkkDoPnL
        MwIDAQAB
        -----END PUBLIC KEY-----
        """,
      signature: """
        0IWsVfRmO1r9WYtRUSbINpJAojN98in8LwRhoHwJuzj99BLkAT3fXxQT/MIPMwUYSyK7Sm+gH3UPiXPeejAlsvEXIgz4wIM5afz1\
        RbQLUnrqwN58xxBshNnMQQEQJpSqN6KEJ0gs8xCYDVZILPX7JKaBcNp0Ir+TwKg00rtBhqfBPBF9YWJ1NA8Bc+gFuV74KENdCjY5\
        EiwR4RQqkEWgBapr5cvOC+f6xpvVK8D6rWZTogay6tvZ83vh5xbmZx8KD21VLrtlSj1MlowWCdTEIJ7ShXV8vhl5umING0XcdoKM\
        prbEZb439f/UXjx1Acnc7SsjxfU2MaNXJHrxtHHSxQ==
        """),
    OpenSSLVector(
      name: "3072 bits, SHA-256, salt as long as the hash", algorithm: "RSA_PSS_3072_SHA256",
      pem: """
        -----BEGIN PUBLIC KEY-----
        MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEArGaFcBHFyxU4oEZfs9Fb
        FwksE7MyncxKa8uJ01+Zb4tHrwPlY2z9iRGEHxosrD7rKRy9p4TAoa8u/gFtdqMv
        emMg/yJaLxnyB0zpE1DsMNHd/I1WpNC+oaD8mWGzVehL0E9yWj1BnC6q4tbtfuGY
        2/VayVmHnNcUuONpWJDEO+6KuM3Su+pZ3ShSl7V3KS1RX4x/knHqyyWumcf+yzrx
        RYl1qZSX7PE2bF9yepb0C9+Y0h9ZjFyrbPhulP/OvxLpxe7WeV2w5670D/9qy7ef
        Q5gHTOQ2qx8rgSzNKZ0bC/2AslZruDGC20W1qTIZWroRabyYEoYQaZSFxsdxgnPo
        u6GUAWEH4oxsfpiT/yNkKbfJmA3C1MKka3w4/y2VKAPNqvBHBikogZp5HurMD1l3
        jNwSWZYlWx+VVEE0s/ITfNXjQmDzjVILtqGVS4xeCjc5vPI2VIDhNq1GkOzRNdgF
        WjIRqKJiil+lq7Zg/uH/F88VtaGHpHmMZPi8bnlhVxqFAgMBAAE=
        -----END PUBLIC KEY-----
        """,
      signature: """
        M/MfhPVK6rOjxbSW2N27HCpJi+cQdTBowpRX7jRpEoJr9Bdn0DoxAL5QeXPpFg7PaCkboMy1UMvW+NiJKgrCnyEbiEL7pNR0FtCm\
        2+ckTG2ObwnhnY5euuxSbHJrTFx8c67dMErg9veLFcnfU6ySCaXfwHVXumdhdrQsNPAlO5al3YMNc8PEdvIQ/PHHfa9AnZY1LZn+\
        zb4cKSHdT2I1Hq+CqqDhJQq0DG3QMrYoYl7DHoi/tFN3n2tKuesSgLmc98hcR6ZbsWY7TLzzFDzGah/tB3ylAb/PKefZi4rb/Jou\
        JygaaxH6V45sWu77fKnwKuTIlCYCMTWFOFo5F7uJXg5+/R8neY8Q2eAm875AGwkZ6fmLiPqCKdEIIydsdvFCD/tlpu9mPRuWAMt2\
        yCVctt5dMNhjjPIJzx3xrnWntSH0qJO2vTEMo6sHRZvg5fxL4KtxqyJ8eARGtd7DRVJ156tp103f9G2qjZyLdQ89Jhbj2snt2NOq\
        RPNQ0R8IlRCz
        """),
    OpenSSLVector(
      name: "4096 bits, SHA-512, the longest salt", algorithm: "RSA_PSS_4096_SHA512",
      pem: """
        -----BEGIN PUBLIC KEY-----
        MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAyhJjkGvloSjG00saOAKS
        tlJKKW4c/HR8u/LgdlLuNoSOfOkCBUf9IRWZwaYNDbjPp0/zGpa7uV2DJcoHAZcD
        hPLViv6edKdTdFunCwLfCYRq1E1zJLxI9+8xs8xb2DjnF9w5feI06LWpC2H7IkFW
        gSajHDemgw8G5F6xtIvihFtPvbtrlC69nlA3ZbFLdrlxZDXib7DRm1/dYkIu0HiB
        0oRoSIrbHxWkReML8MjZqhaqu67T6j8mao4DuuupsH9Lsri+gozZs4ED1GHPkzdw
        1IEbteInpND5vUjrihkLc02p6NrZ5ImaykTFdneyHisKzT9p9sXleg8npzDOFaTY
        hjmXjipzHyWW+5VsEmBErTvpe6DAi/pl/dojiHib77+AKDtrxGjKxPJogFYtrbpP
        qIROy+DpR4YqHzunvpq7gSw+VPWo1BR8wpX5d3dl/44X5jRojGx9LnGEglJkBkyW
        Xdh/AyFg47yytnLw4/WGHQKFyfwhf6VUAuF5sYgoi7wUEWjvXQtVnWqFDFpmHdNN
        XJPMYeEUHXzz1aKPJe7eEsosaglueGwZQlYVakgRFSKg0oo8eNw+NcXROZh4U7w4
        32DTcLzvxxSj5+61Y0f99rONhXqnTHY25FRGtb1gKuy6QiNqsoBMHi37joYxjXWE
        PHXj1W/CPc5ZjPcaqY1PeZ0CAwEAAQ==
        -----END PUBLIC KEY-----
        """,
      signature: """
        Ar/8FScNAd40W8TMJCdc7TczUlcH0Oerv7PhzwwxIjJdR+TcJJLMSmGNP8AXJAujWnDSJnGVHGDIsxEgPo36nvdtmdlyD1MaWmrp\
        CYNiFOkXDMuDeLGjYzAeQqgWaGqe84DOHUGoJ9nVS2coEEXMWKqlxpvyN4fZUkms41iAvCKwFE+joj0v2BbhQ4J1hNn6P7mANv+N\
        YDeEl9boz/HF4dykljfRuT14d+4UWBSACWAw/9iI63smneq7T2YFi5WiCZ8CnEmQAwnX2ewmuJphOOPe8GUBDkC5bew1HFHSvrur\
        GWSeuAtOz1z4dHaAHvg6J+qWSTPFbTVp8KMsFGGsK2cGXoU23q5hWHw7hx7zCTreHprRfv81N+d7m+3KOYrL+Ee56BmNdOLJTL45\
        l5XRUfBrqegNWcB7reqIOdklBuxPV+KfzJHQbaIadIL6uBXDPCWNl9QptHcjSCr4HVvG5WXSjw0s5PsasdaWeHXnt3U2+i09IVbd\
        hTkWGgbiZx7jdPPaxDr8ERPPt5sMuEdtmjKx1U4byk6fwngxuNJmXuWlRAAqEPqcAcopS+Y+KKCBe+uRw9pvuLZfytJZVEQgoPer\
        tWsqWFUvEpu630olOVSm8GfxitGNiKk1olAd3esY/tm6uR8w9UaH7NWmSbfoucDzjsFvBAvWVYGtVL+xc+w=
        """),
  ]
}

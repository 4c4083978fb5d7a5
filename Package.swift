// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target; nobody opts out.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// Packages from outside, each used by the modules that `Documentation/decisions/0001-dependencies.md` names.
enum Outside {
  static let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
  static let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
  static let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
  static let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
  static let grpcTransport: Target.Dependency = .product(
    name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
  static let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
  static let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
  static let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
  static let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
  static let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
  static let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
  static let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
  static let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
  static let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
  static let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
  static let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
  static let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
  static let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
  static let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
  static let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
  static let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
  static let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
}

func module(_ name: String, _ inside: [Target.Dependency] = [], outside: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: inside + outside, swiftSettings: house)
}

func program(_ name: String, _ inside: [Target.Dependency], outside: [Target.Dependency], path: String? = nil) -> Target {
  .executableTarget(name: name, dependencies: inside + outside, path: path, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: [], swiftSettings: house)
}

/// What tests share: builders of images and keys, temporary folders, the contracts of the protocols.
func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: house)
}

let line: [Target.Dependency] = ["Images", "Metadata", "Audit", "Attestations", "Policies"]

let package = Package(
  name: "pratique",
  products: [
    .executable(name: "pratique", targets: ["pratique"]),
    .executable(name: "pratique-admission", targets: ["pratique-admission"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
    .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
    .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // The line: values in, values out.
    .target(
      name: "Schemas", dependencies: [Outside.protobuf], exclude: ["README.md", "protos"],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    module("Images", outside: ["CZlib", Outside.crypto]),
    module("Metadata", ["Schemas", "Images"], outside: [Outside.protobuf]),
    module("Audit", ["Schemas", "Images", "Metadata"], outside: [Outside.protobuf]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    module(
      "Attestations", ["Schemas", "Images", "Metadata"],
      outside: ["CLibCrypto", "CZlib", Outside.crypto, Outside.cryptoExtras, Outside.asn1, Outside.x509, Outside.protobuf]),
    module("Policies", ["Schemas", "Images", "Metadata", "Attestations"], outside: [Outside.yams, Outside.protobuf]),
    // The edges: each holds one authority over the outside world. No edge imports an edge.
    module(
      "Registry", ["Images"], outside: [Outside.httpClient, Outside.nioCore, Outside.nioHTTP1, Outside.nioSSL, Outside.logging]),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    module(
      "Store", ["Schemas", "Images", "Metadata"],
      outside: [
        "CPostgres", Outside.grdb, Outside.httpClient, Outside.nioCore, Outside.nioHTTP1, Outside.nioSSL, Outside.protobuf,
      ]),
    module("Feeds", ["Images", "Metadata", "Audit"]),
    module(
      "Cluster", ["Images", "Metadata", "Policies"],
      outside: [Outside.httpClient, Outside.nioCore, Outside.nioHTTP1, Outside.nioSSL]),
    .systemLibrary(name: "CPKCS11", providers: [.apt(["libp11-kit-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    module(
      "Signing", ["Images", "Attestations"],
      outside: [
        "CLibCrypto", "CPKCS11", "CSodium", Outside.crypto, Outside.cryptoExtras, Outside.asn1, Outside.httpClient,
        Outside.nioCore, Outside.nioHTTP1, Outside.nioSSL, Outside.subprocess, Outside.system,
      ]),
    .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
    // The flows: they set the line in motion and are handed the edges as protocols.
    module("Pipeline", ["Schemas"] + line, outside: [Outside.protobuf, Outside.subprocess, Outside.system]),
    module(
      "Server", ["CCrypt", "Schemas", "Images", "Metadata", "Attestations", "Policies"],
      outside: [
        Outside.hummingbird, Outside.hummingbirdCore, Outside.hummingbirdTLS, Outside.nioCore, Outside.nioHTTP1,
        Outside.nioPosix, Outside.nioSSL, Outside.logging, Outside.lifecycle, Outside.protobuf, Outside.crypto,
        Outside.grpcCore, Outside.grpcTransport, Outside.grpcProtobuf, Outside.jwt, Outside.x509, Outside.asn1,
      ]),
    // The doors: the only places where edges meet.
    program(
      "pratique", ["Schemas"] + line + ["Registry", "Store", "Feeds", "Signing", "Pipeline", "Server"],
      outside: [
        Outside.arguments, Outside.hummingbird, Outside.logging, Outside.lifecycle, Outside.signals, Outside.protobuf,
      ]),
    program(
      "pratique-admission",
      ["Schemas", "Images", "Metadata", "Attestations", "Policies", "Registry", "Store", "Cluster", "Server"],
      outside: [Outside.arguments, Outside.logging, Outside.lifecycle]),
    // For developers: the data-driven cases.
    program(
      "conform",
      ["Schemas"] + line + ["Registry", "Store", "Feeds", "Server", "TestSupport"],
      outside: [
        Outside.arguments, Outside.yams, Outside.httpClient, Outside.nioCore, Outside.nioHTTP1, Outside.nioPosix,
        Outside.nioSSL, Outside.hummingbird, Outside.hummingbirdTLS, Outside.protobuf, Outside.crypto, Outside.logging,
      ], path: "Tests/conform"),
    // For developers: what is lost when the server is broken on purpose.
    program(
      "faults", ["Schemas", "Images", "Metadata", "Store"], outside: [Outside.arguments, Outside.protobuf],
      path: "Tests/faults"),
    // For developers: made-up bytes for every reader of hostile input.
    program("fuzz", ["Images", "Metadata", "Attestations"], outside: [], path: "Tests/fuzz"),
    // Benchmarks/README.md says how each is run.
    program("layer-walk", ["Images"], outside: [], path: "Benchmarks/LayerWalk"),
    program(
      "admission-race", ["Images", "Metadata", "Attestations", "Policies", "Signing", "Store", "Server"],
      outside: [
        Outside.arguments, Outside.httpClient, Outside.hummingbird, Outside.lifecycle, Outside.logging, Outside.nioCore,
        Outside.nioHTTP1, Outside.nioSSL,
      ], path: "Benchmarks/Admission"),
    program(
      "store-race", ["Schemas", "Images", "Metadata", "Store"],
      outside: [Outside.arguments, Outside.grdb, Outside.protobuf], path: "Benchmarks/Store"),
    program(
      "attestation-race", ["Images", "Metadata", "Attestations"], outside: [Outside.arguments, Outside.crypto],
      path: "Benchmarks/Attestations"),
    program("policy-race", ["Images", "Policies"], outside: [Outside.arguments], path: "Benchmarks/Policies"),
    program(
      "revalidation-race", ["Images", "Metadata", "Attestations", "Policies", "Signing", "Server"],
      outside: [Outside.arguments, Outside.logging], path: "Benchmarks/Revalidation"),
    // A Kubernetes API server as far as the gate uses one.
    support(
      "ClusterDouble", ["Images", Outside.nioCore, Outside.nioPosix, Outside.nioHTTP1]),
    support("TestSupport", ["Images", "Metadata", Outside.crypto, "CZlib"]),
    support("Contracts", ["Schemas", "Images", "Metadata", "Attestations", "TestSupport", Outside.protobuf]),
    tests("HouseTests", []),
    tests("ImagesTests", ["Images", "TestSupport"]),
    tests("MetadataTests", ["Metadata", "Schemas", "Images", "Contracts", "TestSupport", Outside.protobuf]),
    tests("AuditTests", ["Audit", "Metadata", "Schemas", "Images", "TestSupport", Outside.protobuf]),
    .testTarget(
      name: "AttestationsTests",
      dependencies: [
        "Attestations", "Metadata", "Schemas", "Images", "Contracts", "TestSupport", Outside.crypto, Outside.x509, Outside.asn1,
        Outside.protobuf,
      ], exclude: ["Sigstore/Fixtures"], swiftSettings: house),
    tests(
      "PoliciesTests",
      [
        "Policies", "Attestations", "Metadata", "Schemas", "Images", "Signing", "TestSupport", Outside.crypto, Outside.protobuf,
      ]),
    tests(
      "RegistryTests",
      ["Registry", "Images", "TestSupport", Outside.nioCore, Outside.nioPosix, Outside.nioHTTP1, Outside.nioSSL]),
    tests(
      "StoreTests",
      ["Store", "Metadata", "Schemas", "Images", "Contracts", "TestSupport", Outside.grdb, Outside.protobuf]),
    tests(
      "ClusterTests",
      [
        "Cluster", "ClusterDouble", "Policies", "Images", "TestSupport", "pratique-admission", Outside.httpClient,
        Outside.nioCore, Outside.nioHTTP1, Outside.nioSSL,
      ]),
    tests("FeedsTests", ["Feeds", "Audit", "Metadata", "Images", "TestSupport"]),
    tests(
      "SigningTests",
      [
        "Signing", "Attestations", "Images", "Metadata", "Contracts", "TestSupport", "CLibCrypto", Outside.crypto,
        Outside.nioCore, Outside.nioHTTP1, Outside.nioPosix, Outside.nioSSL,
      ]),
    tests("PipelineTests", ["Pipeline", "Schemas", "TestSupport", Outside.protobuf] + line),
    tests(
      "ServerTests",
      [
        "Server", "Policies", "Attestations", "Metadata", "Schemas", "Images", "Store", "Signing", "Contracts", "TestSupport",
        Outside.httpClient, Outside.hummingbird, Outside.nioCore, Outside.nioHTTP1, Outside.protobuf, Outside.logging,
        Outside.nioSSL, Outside.lifecycle, Outside.crypto, Outside.cryptoExtras, Outside.x509, Outside.asn1,
        Outside.grpcCore, Outside.grpcTransport, Outside.grpcProtobuf,
      ]),
    tests(
      "CommandTests",
      ["Attestations", "Signing", "Metadata", "Store", "Contracts", "TestSupport", "pratique", "pratique-admission"]),
    .testTarget(
      name: "JourneyTests",
      dependencies: ["TestSupport", "pratique", "pratique-admission", Outside.nioCore, Outside.nioPosix], exclude: ["Clients"],
      swiftSettings: house),
  ]
)

import Attestations
import Foundation
import Images
import Signing
import Testing

@Suite("Key files")
struct KeyFilesTests {
  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("are written for the owner alone, and the public half for everybody")
  func modes() throws {
    try withFolder { folder in
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      try KeyFiles.write(pair, privateKey: folder + "/qa.pem", publicKey: folder + "/qa.pub.pem")
      #expect(try mode(folder + "/qa.pem") == 0o600)
      #expect(try mode(folder + "/qa.pub.pem") == 0o644)
      let signer = try PKIXSigner(pem: KeyFiles.readPrivateKey(folder + "/qa.pem"))
      #expect(signer.keyID == pair.keyID)
      #expect(try String(contentsOfFile: folder + "/qa.pub.pem", encoding: .utf8) == pair.publicPEM)
    }
  }

  @Test("never overwrite a key, and leave no half of one behind")
  func neverOverwrite() throws {
    try withFolder { folder in
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      try Data("in use".utf8).write(to: URL(fileURLWithPath: folder + "/qa.pub.pem"))
      #expect(throws: SigningError.exists(path: folder + "/qa.pub.pem")) {
        try KeyFiles.write(pair, privateKey: folder + "/qa.pem", publicKey: folder + "/qa.pub.pem")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["qa.pub.pem"])
      try Data("in use".utf8).write(to: URL(fileURLWithPath: folder + "/qa.pem"))
      #expect(throws: SigningError.exists(path: folder + "/qa.pem")) {
        try KeyFiles.write(pair, privateKey: folder + "/qa.pem", publicKey: folder + "/new.pem")
      }
      #expect(try String(contentsOfFile: folder + "/qa.pem", encoding: .utf8) == "in use")
    }
  }

  @Test("are not written where anybody may replace them, or nowhere")
  func unsafeFolder() throws {
    try withFolder { folder in
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
      #expect(throws: SigningError.unsafeFolder(path: folder)) {
        try KeyFiles.write(pair, privateKey: folder + "/qa.pem", publicKey: folder + "/qa.pub.pem")
      }
      #expect(throws: SigningError.self) {
        try KeyFiles.write(pair, privateKey: folder + "/none/qa.pem", publicKey: folder + "/qa.pub.pem")
      }
    }
  }

  @Test("are not read when others may read them", arguments: [0o640, 0o604, 0o644, 0o660])
  func readableByOthers(mode: Int) throws {
    try withFolder { folder in
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      let path = folder + "/qa.pem"
      try KeyFiles.write(pair, privateKey: path, publicKey: folder + "/qa.pub.pem")
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      #expect(throws: SigningError.readableByOthers(path: path, mode: "0" + String(mode, radix: 8))) {
        try KeyFiles.readPrivateKey(path)
      }
    }
  }

  @Test("of passwords are read without the line break at their end, and only when nobody else may read them")
  func secrets() throws {
    try withFolder { folder in
      let path = folder + "/pin"
      for (text, secret) in [("1234", "1234"), ("1234\n", "1234"), (" 12 \n\n", " 12 \n")] {
        try writeSecret(text, to: path)
        #expect(try KeyFiles.readSecret(path).revealed == secret)
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      #expect(throws: SigningError.readableByOthers(path: path, mode: "0644")) { try KeyFiles.readSecret(path) }
    }
  }

  @Test("are not read when they are folders, missing, empty or too large")
  func unreadable() throws {
    try withFolder { folder in
      #expect(throws: SigningError.self) { try KeyFiles.readPrivateKey(folder) }
      #expect(throws: SigningError.self) { try KeyFiles.readPrivateKey(folder + "/none") }
      for size in [0, 70_000] {
        let path = folder + "/\(size)"
        try Data(repeating: 65, count: size).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: SigningError.self) { try PKIXSigner(pem: KeyFiles.readPrivateKey(path)) }
      }
    }
  }
}

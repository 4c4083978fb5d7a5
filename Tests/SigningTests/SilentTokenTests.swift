import Foundation
import Images
import Signing
import Testing

private let compiler = program("cc")

@Suite("A PKCS#11 token that does not answer", .enabled(if: compiler != nil, "no C compiler is installed"))
struct SilentTokenTests {
  @Test("is given up after its deadline, and says what to do", .timeLimit(.minutes(3)))
  func silent() async throws {
    try await withFolder { folder in
      let source = "#include <unistd.h>\nunsigned long C_GetFunctionList(void **list) { for (;;) pause(); }\n"
      let module = folder + "/silent.so"
      #expect(try run(compiler, ["-shared", "-fPIC", "-x", "c", "-o", module, "-"], input: source).status == 0)
      var settings = SignerSettings()
      settings.token.pin = Redacted("1234")
      settings.token.modulePath = module
      settings.token.deadline = .milliseconds(200)
      let reference = try SignerReference(parsing: "pkcs11:token=shop;object=release")
      let error = await refusal { try await reference.open(settings) }
      #expect(error == .silentToken(after: .milliseconds(200)))
      #expect(error?.remedy.contains("connected") == true)
    }
  }

  @Test("has fifteen seconds where nobody says otherwise")
  func deadline() {
    #expect(SignerSettings(environment: [:]).token.deadline == .seconds(15))
  }
}

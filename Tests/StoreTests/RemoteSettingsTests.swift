import Contracts
import Images
import Metadata
import Store
import Testing

@Suite("The address of a metadata server")
struct RemoteSettingsTests {
  @Test(
    "may be https anywhere and http on loopback",
    arguments: [
      "https://metadata.example.test", "https://metadata.example.test:8443/", "http://127.0.0.1:8080", "http://localhost:1",
      "http://[::1]:1",
    ])
  func sound(_ address: String) async throws { try await RemoteMetadata(RemoteSettings(baseURL: address)).close() }

  @Test(
    "may be nothing else",
    arguments: [
      "", "metadata.example.test", "http://metadata.example.test", "http://127.0.0.1.example.test", "ftp://127.0.0.1",
      "https://user:password@metadata.example.test", "https://metadata.example.test/v1", "https://metadata.example.test?x=1",
      "https://",
    ])
  func refused(_ address: String) {
    #expect { try RemoteMetadata(RemoteSettings(baseURL: address)) } throws: {
      ($0 as? StoreError)?.code == "store-malformed-address"
    }
  }

  @Test("is told to be unavailable when nobody listens there")
  func nobody() async throws {
    let remote = try RemoteMetadata(RemoteSettings(baseURL: "http://127.0.0.1:1", deadline: .seconds(2)))
    await #expect { try await remote.note(NoteName(parsing: "projects/p/notes/n")) } throws: {
      ($0 as? MetadataError)?.code == "metadata-unavailable"
    }
    await remote.close()
  }

  @Test("keeps its token out of every print")
  func token() {
    let settings = RemoteSettings(baseURL: "https://m.example.test", token: Redacted("hunter2"))
    #expect(!"\(settings)".contains("hunter2") && !String(reflecting: settings).contains("hunter2"))
  }
}

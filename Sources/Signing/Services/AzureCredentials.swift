import Foundation
import Images

/// Who asks Azure: a token that somebody fetched, or an application that fetches its own.
struct AzureCredentials: Sendable {
  private enum Source: Sendable {
    case token(Redacted<String>)
    case application(login: ServiceClient, path: String, form: Redacted<String>)
  }

  private let source: Source

  /// - Parameter host: of the vault; a token is asked for its cloud's vaults only.
  /// - Throws: `SigningError.missingSetting`, `.refusedAddress`.
  init(_ settings: SignerSettings, host: String) throws(SigningError) {
    let azure = settings.azure
    if let token = azure.accessToken {
      source = .token(token)
      return
    }
    guard let tenant = azure.tenantID else {
      throw .missingSetting(
        "credentials for Azure", variable: "AZURE_ACCESS_TOKEN, or AZURE_TENANT_ID with AZURE_CLIENT_ID and AZURE_CLIENT_SECRET")
    }
    guard let client = azure.clientID else { throw .missingSetting("the application's id", variable: "AZURE_CLIENT_ID") }
    guard let secret = azure.clientSecret else {
      throw .missingSetting("the application's secret", variable: "AZURE_CLIENT_SECRET")
    }
    let domain = host.split(separator: ".").dropFirst().joined(separator: ".")
    let form =
      "grant_type=client_credentials&client_id=\(percentEncoded(client))&client_secret=\(percentEncoded(secret.revealed))"
      + "&scope=\(percentEncoded("https://\(domain)/.default"))"
    source = .application(
      login: try ServiceClient("Microsoft's login", at: azure.authority, settings.service),
      path: "/\(percentEncoded(tenant))/oauth2/v2.0/token", form: Redacted(form))
  }

  /// Source: Microsoft identity platform, "client credentials flow".
  func token() async throws -> Redacted<String> {
    switch source {
    case .token(let token): return token
    case .application(let login, let path, let form):
      let answer = try await login.answer(to: .form(form.revealed, to: path))
      guard let token = answer["access_token"]?.string, !token.isEmpty else {
        throw SigningError.malformedAnswer(service: login.service, because: "it holds no access token")
      }
      return Redacted(token)
    }
  }
}

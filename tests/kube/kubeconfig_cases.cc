// SPDX-License-Identifier: Apache-2.0
#include "tests/kube/kubeconfig_cases.h"

namespace graduand::kube::testing {
namespace {

const std::string kHttps = "server: 'https://${https}', certificate-authority-data: ${ca}";
const std::string kHttp = "server: 'http://${http}'";
const std::string kCertificate = "client-certificate-data: ${cert}, client-key-data: ${key}";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string utf16(const std::string& text, bool little) {
  std::string bytes = little ? "\xff\xfe" : "\xfe\xff";
  for (const char c : text) bytes += little ? std::string{c, '\0'} : std::string{'\0', c};
  return bytes;
}

const std::string kPlain = kubeconfig_of(kHttps, "token: t");

struct Table {
  std::vector<KubeconfigCase> cases;
  void ok(const std::string& name, const std::string& text) { cases.push_back({name, true, {text}}); }
  void no(const std::string& name, const std::string& text) { cases.push_back({name, false, {text}}); }
  void user_ok(const std::string& name, const std::string& user) { ok(name, kubeconfig_of(kHttps, user)); }
  void user_no(const std::string& name, const std::string& user) { no(name, kubeconfig_of(kHttps, user)); }
  void cluster_ok(const std::string& name, const std::string& cluster) { ok(name, kubeconfig_of(cluster, "token: t")); }
  void cluster_no(const std::string& name, const std::string& cluster) { no(name, kubeconfig_of(cluster, "token: t")); }
};

void documents(Table& t) {
  t.ok("Plain", kPlain);
  t.ok("SecondDocument", kPlain + "---\nfoo: bar\n");
  t.ok("BrokenSecondDocument", kPlain + "---\n[}\n");
  t.no("EmptyFirstDocument", "---\n---\n" + kPlain);
  t.ok("StartAndEndOfDocument", "---\n" + kPlain + "...\n");
  t.ok("YamlDirective", "%YAML 1.1\n---\n" + kPlain);
  t.ok("Utf16LittleEndian", utf16(kPlain, true));
  t.ok("Utf16BigEndian", utf16(kPlain, false));
  t.no("Utf16WithoutMark", utf16(kPlain, true).substr(2));
  t.no("Utf16HalfACharacter", utf16(kPlain, true) + "x");
  t.no("Utf16HalfAPair", utf16(kPlain + "# ", true) + "\x3d\xd8");
  t.ok("Utf8Mark", "\xef\xbb\xbf" + kPlain);
  t.no("Utf8Broken", kPlain + "x: '\xff'\n");
  t.ok("Utf8", kPlain + "x: '\xc3\xa4\xe4\xb8\xad'\n");
  t.no("ControlCharacter", kPlain + "x: '\x01'\n");
  t.ok("ControlCharacterEscaped", kPlain + "x: \"\\u0001\"\n");
  t.ok("CarriageReturnAndLineFeed", replaced(kPlain, "\n", "\r\n"));
  t.ok("CarriageReturn", replaced(kPlain, "\n", "\r"));
  t.no("TabBeforeKey", kPlain + "\tx: 5\n");
  t.ok("TabBeforeValue", kPlain + "x:\t5\n");
  t.no("Empty", "");
  t.no("Comment", "# nothing\n");
  t.no("List", "- a\n");
  t.no("Text", "hello\n");
  t.no("BrokenYaml", "a: [\n");
  t.ok("Json", R"({"apiVersion": "v1", "kind": "Config", "current-context": "x",
	"contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
	"clusters": [{"name": "c", "cluster": {"server": "https://${https}", "certificate-authority-data": "${ca}"}}],
	"users": [{"name": "u", "user": {"token": "t"}}]})");
  t.no("JsonSurrogates", kPlain + "x: \"\\ud83d\\ude00\"\n");
  t.ok("Deep", kPlain + "a: " + std::string(200, '[') + std::string(200, ']') + "\n");
  std::string bomb = kPlain + "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string last(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [*" + last;
    for (int i = 0; i < 8; ++i) bomb += ",*" + last;
    bomb += "]\n";
  }
  t.no("AliasBomb", bomb);
  t.ok("KindAndVersionMissing", replaced(kPlain, "apiVersion: v1\nkind: Config\n", ""));
  t.no("AnotherKind", replaced(kPlain, "kind: Config", "kind: Pod"));
  t.no("AnotherVersion", replaced(kPlain, "apiVersion: v1", "apiVersion: v2"));
  t.no("VersionIsANumber", replaced(kPlain, "apiVersion: v1", "apiVersion: 1"));
}

void keys_and_merges(Table& t) {
  t.user_ok("MergeKey", "<<: &b {token: merged, as: joe}");
  t.user_ok("MergeBeforeAKey", "<<: {token: merged, as: joe}, token: own");
  t.user_ok("MergeAfterAKey", "token: own, <<: {token: merged, as: joe}");
  t.user_ok("MergeOfAList", "<<: [{token: first}, {token: second, as: joe}]");
  t.ok("MergeOfAnAlias", "base: &b {token: merged}\n" + kubeconfig_of(kHttps, "<<: *b"));
  t.no("MergeOfAnAliasOfAList", "base: &b [{token: merged}]\n" + kubeconfig_of(kHttps, "<<: *b"));
  t.user_no("QuotedMergeKey", "'<<': {token: merged}");
  t.no("MergeOfANumberAnywhere", "zzz: {<<: 5}\n" + kPlain);
  t.user_ok("RepeatedKey", "token: first, token: last");
  t.ok("RepeatedList", kPlain + "users: [{name: u, user: {token: last}}]\n");
  t.no("RepeatedName", replaced(kPlain, "users: [", "users: [{name: u, user: {token: first}}, "));
  t.no("RepeatedNameOfOthers", replaced(kPlain, "users: [", "users: [{name: z}, {name: z}, "));
  t.ok("EntryWithoutName", replaced(kPlain, "users: [", "users: [{user: {token: first}}, "));
  t.ok("EntryWithoutBody", replaced(kPlain, "users: [", "users: [{name: z}, "));
  t.ok("EntryOfNothing", replaced(kPlain, "users: [", "users: [null, "));
  t.no("EntryOfText", replaced(kPlain, "users: [", "users: [text, "));
  t.no("WrongTypeInAnotherEntry", replaced(kPlain, "users: [", "users: [{name: z, user: {token: 5}}, "));
  t.no("BrokenDataInAnotherEntry", replaced(kPlain, "users: [", "users: [{name: z, user: {client-key-data: '%'}}, "));
  t.ok("MissingFileInAnotherEntry",
       replaced(kPlain, "clusters: [", "clusters: [{name: z, cluster: {certificate-authority: absent}}, "));
  t.ok("AliasOfAnEntry", "u: &u {token: alias}\n" + replaced(kPlain, "user: {token: t}", "user: *u"));
  t.ok("AnchorUsedAgain", "l: &l {token: a}\nm: &l {token: b}\n" + kubeconfig_of(kHttps, "<<: *l"));
  t.no("Cycle", kPlain + "a: &a [*a]\n");
  t.no("UnknownAlias", kPlain + "a: *a\n");
  t.no("KeyIsAList", kPlain + "[a, b]: 5\n");
  t.no("KeyIsNothing", kPlain + "~: 5\n");
  t.ok("KeyIsANumber", kPlain + "5: 5\n");
  t.ok("KeyIsABoolean", kPlain + "yes: 5\n");
  t.ok("KeyIsAnAlias", kPlain + "z: &k zz\n*k : 5\n");
  t.ok("UnknownKeys", kPlain + "preferences: {colors: true}\nextensions: []\nzz: {}\n");
  t.no("PreferencesAreANumber", kPlain + "preferences: 5\n");
  t.ok("KeysOfAnotherCase", kubeconfig_of(kHttps + ", Insecure-skip-tls-verify: 5", "token: t"));
}

void scalars(Table& t) {
  int number = 0;
  const auto name = [&number](const char* kind) { return std::string(kind) + std::to_string(number++); };
  for (const char* value : {"5",          "true",
                            "yes",        "on",
                            "y",          "N",
                            "Off",        "1.5",
                            "1e3",        ".5",
                            "1.",         "+5",
                            "0x1f",       "-0x1F",
                            "0b11",       "-0b1",
                            "0o7",        "0755",
                            "08",         "1_000",
                            "0_",         "1__0",
                            ".inf",       "-.Inf",
                            ".nan",       "9999999999999999999",
                            "!!int '5'",  "!!float 5",
                            "!!bool yes", "!!null x",
                            "!!int x"}) {
    t.user_no(name("NoText"), std::string("token: ") + value);
  }
  for (const char* value : {"~", "null", "Null", ""}) t.user_no(name("Nothing"), std::string("token: ") + value);
  for (const char* value : {"-",
                            "+",
                            "1e",
                            "0x",
                            "_1",
                            "0b2",
                            "1.2.3",
                            "yEs",
                            "nuLL",
                            ".",
                            "..",
                            "+.",
                            "0xg",
                            "1e999",
                            "2024-01-02",
                            "2024-01-02T03:04:05Z",
                            "12:30:45",
                            "!!str 5",
                            "!!binary aGVsbG8=",
                            "!foo bar",
                            "! 5",
                            "'5'",
                            "\"true\"",
                            "!!timestamp 2024-01-02",
                            "0x10000000000000000"}) {
    t.user_ok(name("Text"), std::string("token: ") + value);
  }
  for (const char* value : {"true", "TRUE", "yes", "on", "y"}) {
    t.cluster_ok(name("Flag"), "server: 'https://${https}', insecure-skip-tls-verify: " + std::string(value));
  }
  for (const char* value : {"'true'", "1", "~", "off"}) {
    t.cluster_no(name("NoFlag"), "server: 'https://${https}', insecure-skip-tls-verify: " + std::string(value));
  }
}

void clusters(Table& t) {
  t.cluster_ok("SchemeInCapitals", "server: 'HTTPS://${https}', certificate-authority-data: ${ca}");
  t.cluster_ok("PlainSchemeInCapitals", "server: 'HTTP://${http}'");
  t.cluster_ok("NoScheme", "server: '${http}'");
  t.cluster_no("NoSchemeIsNeverTls", "server: '${https}', certificate-authority-data: ${ca}");
  t.cluster_no("NoSchemeAndAPath", "server: '${http}/base'");
  t.cluster_ok("Path", kHttp.substr(0, kHttp.size() - 1) + "/base/'");
  t.cluster_ok("UrlQuery", kHttp.substr(0, kHttp.size() - 1) + "/?a=b#c'");
  t.cluster_ok("User", "server: 'http://joe:pass@${http}'");
  t.cluster_ok("UserBeforeToken", "server: 'https://joe:p%40ss@${https}', certificate-authority-data: ${ca}");
  t.cluster_ok("UserWithoutPassword", "server: 'https://joe@${https}', certificate-authority-data: ${ca}");
  t.no("UserAloneWithTls", kubeconfig_of("server: 'https://joe:p@${https}', certificate-authority-data: ${ca}", ""));
  t.cluster_no("UnknownScheme", "server: 'ftp://${http}'");
  t.cluster_no("PortTooLarge", "server: 'http://127.0.0.1:99999'");
  t.cluster_no("PortOfLetters", "server: 'http://127.0.0.1:abc'");
  t.cluster_no("ServerEmpty", "server: ''");
  t.cluster_no("ServerWithSpace", "server: ' http://${http}'");
  t.cluster_no("ServerWithoutHost", "server: 'https://'");
  t.cluster_ok("AuthorityFile", "server: 'https://${https}', certificate-authority: ca.crt");
  t.cluster_ok("AuthorityFileAndEmptyData",
               "server: 'https://${https}', certificate-authority: ca.crt, certificate-authority-data: ''");
  t.cluster_no("AuthorityFileAndData", kHttps + ", certificate-authority: ca.crt");
  t.cluster_no("AuthorityFileMissing", "server: 'https://${https}', certificate-authority: absent");
  t.cluster_no("AuthorityFileMissingWithoutTls", kHttp + ", certificate-authority: absent");
  t.cluster_no("AuthorityJunk", "server: 'https://${https}', certificate-authority-data: aGVsbG8=");
  t.cluster_ok("AuthorityJunkWithoutTls", kHttp + ", certificate-authority-data: aGVsbG8=");
  t.cluster_no("AuthorityWithoutPadding", kHttp + ", certificate-authority-data: aGVsbG8");
  t.cluster_no("AuthorityWithSpaces", kHttp + ", certificate-authority-data: 'aGVs bG8='");
  t.cluster_ok("AuthorityWithLineBreaks", kHttp + ", certificate-authority-data: \"aGVs\\nbG8=\\r\\n\"");
  t.cluster_no("InsecureWithAuthority", kHttps + ", insecure-skip-tls-verify: true");
  t.cluster_ok("InsecureWithAuthorityWithoutTls",
               kHttp + ", insecure-skip-tls-verify: true, certificate-authority-data: ${ca}");
  t.cluster_ok("ServerName", kHttps + ", tls-server-name: localhost");
  t.cluster_no("AnotherServerName", kHttps + ", tls-server-name: other.example.test");
  t.cluster_ok("DisableCompression", kHttps + ", disable-compression: true");
  t.cluster_no("DisableCompressionByText", kHttps + ", disable-compression: 'true'");
  t.cluster_ok("Extensions", kHttps + ", extensions: [{name: x, extension: {a: b}}]");
  t.cluster_no("ExtensionsAreANumber", kHttps + ", extensions: 5");
  for (const char* proxy : {"127.0.0.1:1", "proxy:1", "ftp://x", "socks5h://127.0.0.1:1", "http://a b"}) {
    t.cluster_no("NoProxy" + std::to_string(t.cases.size()), kHttps + ", proxy-url: '" + proxy + "'");
  }
  t.cluster_ok("EmptyProxy", kHttps + ", proxy-url: ''");
}

void users(Table& t) {
  t.user_ok("Certificate", kCertificate);
  t.user_ok("CertificateFiles", "client-certificate: jane.crt, client-key: jane.key");
  t.user_ok("CertificateAndToken", kCertificate + ", token: t");
  t.user_ok("CertificateAndPassword", kCertificate + ", username: a, password: b");
  t.user_no("CertificateFileAndData", kCertificate + ", client-certificate: jane.crt");
  t.user_no("KeyFileAndData", kCertificate + ", client-key: jane.key");
  t.user_no("CertificateWithoutKey", "client-certificate-data: ${cert}");
  t.user_no("KeyWithoutCertificate", "client-key-data: ${key}");
  t.user_no("CertificateFileMissing", "client-certificate: absent, client-key: jane.key");
  t.user_no("KeyFileMissing", "client-certificate: jane.crt, client-key: absent");
  t.user_no("CertificateJunk", "client-certificate-data: aGVsbG8=, client-key-data: ${key}");
  t.user_no("CertificateOfAnotherKey", "client-certificate-data: ${ca}, client-key-data: ${key}");
  t.ok("CertificateJunkWithoutTls", kubeconfig_of(kHttp, "client-certificate-data: aGVsbG8=, client-key-data: ${key}"));
  t.no("CertificateWithoutKeyWithoutTls", kubeconfig_of(kHttp, "client-certificate-data: ${cert}"));
  t.user_ok("Password", "username: a, password: b");
  t.user_ok("NameWithoutPassword", "username: a");
  t.user_no("PasswordWithoutName", "password: b");
  t.user_no("TokenAndPassword", "token: t, username: a, password: b");
  t.user_ok("TokenFile", "tokenFile: token");
  t.user_ok("TokenFileBeforeToken", "token: t, tokenFile: token");
  t.user_ok("TokenForAMissingFile", "token: t, tokenFile: absent");
  t.user_no("TokenFileMissing", "tokenFile: absent");
  t.user_no("TokenFileEmpty", "tokenFile: empty");
  t.user_no("TokenFileAndPassword", "tokenFile: token, username: a, password: b");
  t.user_no("TokenWithLineBreak", "token: \"t\\nX: y\"");
  t.user_ok("TokenWithTab", "token: \"a\\tb\"");
  t.user_no("NoCredentials", "");
  t.ok("NoCredentialsWithoutTls", kubeconfig_of(kHttp, ""));
  t.ok("NoSecretsWithoutTls", kubeconfig_of(kHttp, "token: t, as: joe"));
  t.no("AuthProvider", kubeconfig_of(kHttps, "auth-provider: {name: gcp}"));
  t.ok("AuthProviderWithoutTls", kubeconfig_of(kHttp, "auth-provider: {name: gcp}"));
  t.user_ok("As", "token: t, as: joe, as-uid: '17', as-groups: [a, b]");
  t.user_ok("AsExtra",
            "token: t, as: joe, as-user-extra: {Scope/x: [v, w], \"a b%\\u00e4\": [z], none: null, n: [null]}");
  t.user_no("AsAlone", "as: joe");
  t.user_no("AsUidIsANumber", "token: t, as: joe, as-uid: 17");
  t.user_no("AsExtraIsText", "token: t, as: joe, as-user-extra: {a: v}");
  t.user_no("AsUidWithoutAs", "token: t, as-uid: '17'");
  t.user_no("AsGroupsWithoutAs", "token: t, as-groups: [a]");
  t.user_no("AsExtraWithoutAs", "token: t, as-user-extra: {a: [b]}");
  t.user_ok("AsNothing", "token: t, as-user-extra: {}, as-groups: []");
  t.user_no("AsGroupsWithLineBreak", "token: t, as: joe, as-groups: [\"a\\nb\"]");
}

void plugins(Table& t) {
  const std::string plugin = "command: ./plugin, apiVersion: client.authentication.k8s.io/v1";
  const auto exec = [](const std::string& inside) { return "exec: {" + inside + "}"; };
  t.user_ok("Plugin", exec(plugin + ", interactiveMode: Never"));
  t.user_ok("PluginIfAvailable", exec(plugin + ", interactiveMode: IfAvailable, env: null, args: null"));
  t.user_no("PluginWithoutMode", exec(plugin));
  t.user_no("PluginAlwaysInteractive", exec(plugin + ", interactiveMode: Always"));
  t.user_no("PluginOfUnknownMode", exec(plugin + ", interactiveMode: Foo"));
  t.user_ok("PluginV1beta1", exec("command: ./plugin, apiVersion: client.authentication.k8s.io/v1beta1, env: "
                                  "[{name: V, value: v1beta1}]"));
  t.user_no("PluginV1alpha1", exec("command: ./plugin, apiVersion: client.authentication.k8s.io/v1alpha1"));
  t.user_no("PluginWithoutCommand", exec("apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never"));
  t.user_no("PluginWithoutVersion", exec("command: ./plugin, interactiveMode: Never"));
  t.user_no("PluginWithNamelessVariable", exec(plugin + ", interactiveMode: Never, env: [{value: x}]"));
  t.user_ok("TokenBeforePlugin", "token: t, " + exec(plugin + ", interactiveMode: Never"));
  t.user_ok("PasswordBeforePlugin", "username: a, password: b, " + exec(plugin + ", interactiveMode: Never"));
  t.user_ok("CertificateBeforePlugin", kCertificate + ", " + exec(plugin + ", interactiveMode: Never"));
  t.user_no("PluginAndProvider", "auth-provider: {name: gcp}, " + exec(plugin + ", interactiveMode: Never"));
  t.ok("NoPluginWithoutTls", kubeconfig_of(kHttp, exec(plugin + ", interactiveMode: Never")));
  t.no("PluginWithoutModeWithoutTls", kubeconfig_of(kHttp, exec(plugin)));
  t.user_ok("PluginOfNothing", "token: t, exec: null");
  t.user_no("PluginEmpty", "token: t, exec: {}");
}

void contexts(Table& t) {
  t.no("NoCurrentContext", replaced(kPlain, "current-context: x\n", ""));
  t.no("UnknownCurrentContext", replaced(kPlain, "current-context: x\n", "current-context: z\n"));
  t.no("ContextWithoutUser", kubeconfig_of(kHttps, "token: t", "cluster: c"));
  t.no("ContextOfUnknownUser", kubeconfig_of(kHttps, "token: t", "cluster: c, user: z"));
  t.no("ContextWithoutCluster", kubeconfig_of(kHttps, "token: t", "user: u"));
  t.no("ContextOfUnknownCluster", kubeconfig_of(kHttps, "token: t", "cluster: z, user: u"));
  t.no("NamespaceIsANumber", kubeconfig_of(kHttps, "token: t", "cluster: c, user: u, namespace: 5"));
  t.ok("NamespaceOfAnyForm", kubeconfig_of(kHttps, "token: t", "cluster: c, user: u, namespace: Bad_Name"));
  t.cases.push_back({"FirstFileWins", true, {kPlain, kubeconfig_of("server: 'http://no'", "token: o, as: joe")}});
  t.cases.push_back({"FilesInParts", true, {replaced(kPlain, "current-context: x\n", ""), "current-context: x\n"}});
  t.cases.push_back({"SecondFileBroken", false, {kPlain, "a: ["}});
  t.cases.push_back({"SecondFileOfWrongTypes", false, {kPlain, "users: [{name: z, user: 5}]"}});
}

}  // namespace

std::string kubeconfig_of(const std::string& cluster, const std::string& user, const std::string& context) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: [{name: x, context: {" + context +
         "}}]\nclusters: [{name: c, cluster: {" + cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\n";
}

std::vector<KubeconfigCase> kubeconfig_cases() {
  Table table;
  documents(table);
  keys_and_merges(table);
  scalars(table);
  clusters(table);
  users(table);
  plugins(table);
  contexts(table);
  return table.cases;
}

}  // namespace graduand::kube::testing

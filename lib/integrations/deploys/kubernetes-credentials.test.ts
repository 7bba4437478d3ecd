import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { connectWith } from "./contract-cluster";
import { temporaryFiles } from "./contract-files";
import { kubernetes } from "./kubernetes";
import { credentialsFrom } from "./kubernetes-credentials";
import { KubernetesSettings } from "./kubernetes-settings";

const temporaryFile = temporaryFiles();
const base64 = (text: string) => Buffer.from(text).toString("base64");

async function kubeconfig(): Promise<string> {
  return temporaryFile(
    "config",
    stringify({
      clusters: [
        {
          name: "prod",
          cluster: {
            server: "https://10.0.0.1:6443/",
            "certificate-authority-data": base64("authority"),
            "tls-server-name": "kubernetes",
          },
        },
        { name: "lab", cluster: { server: "http://127.0.0.1:8001" } },
      ],
      users: [
        { name: "robot", user: { token: "robot-token" } },
        {
          name: "person",
          user: {
            "client-certificate-data": base64("certificate"),
            "client-key-data": base64("private"),
          },
        },
        { name: "basic", user: { username: "ada", password: "pw" } },
      ],
      contexts: [
        { name: "prod", context: { cluster: "prod", user: "robot" } },
        { name: "prod-person", context: { cluster: "prod", user: "person" } },
        { name: "lab", context: { cluster: "lab", user: "basic" } },
        { name: "nobody", context: { cluster: "prod" } },
      ],
      "current-context": "prod",
    }),
  );
}

async function who(context?: string) {
  const settings = KubernetesSettings.parse({ kubeconfig: await kubeconfig(), context });
  return credentialsFrom(settings)();
}

describe("credentials from a kubeconfig", () => {
  test("a token, the cluster's authority and its name in the handshake", async () => {
    const { server, headers, tls, proxyAgent } = await who();
    expect(server).toBe("https://10.0.0.1:6443");
    expect(headers).toEqual({ Authorization: "Bearer robot-token" });
    expect(String(tls.ca)).toBe("authority");
    expect(tls.servername).toBe("kubernetes");
    expect(tls.rejectUnauthorized).toBeUndefined();
    expect(proxyAgent).toBeNull();
  });

  test("a client certificate, in a context that was asked for", async () => {
    const { headers, tls } = await who("prod-person");
    expect(headers.Authorization).toBeUndefined();
    expect([String(tls.cert), String(tls.key)]).toEqual(["certificate", "private"]);
  });

  test("a user with a password, over plain HTTP", async () => {
    const { server, headers } = await who("lab");
    expect(server).toBe("http://127.0.0.1:8001");
    expect(headers.Authorization).toBe(`Basic ${base64("ada:pw")}`);
  });

  test("no user still means the cluster's own authority", async () => {
    expect(String((await who("nobody")).tls.ca)).toBe("authority");
  });

  test("an address, a token and an authority file, without any kubeconfig", async () => {
    const settings = KubernetesSettings.parse({
      server: "https://10.0.0.1",
      token: "secret-token",
      caFile: await temporaryFile("ca.crt", "authority"),
    });
    const { server, headers, tls } = await credentialsFrom(settings)();
    expect(server).toBe("https://10.0.0.1");
    expect(headers).toEqual({ Authorization: "Bearer secret-token" });
    expect(String(tls.ca)).toBe("authority");
  });

  test.each([
    ["a context that doesn't exist", { context: "moon" }, 'no context "moon"'],
    ["a file that doesn't exist", { kubeconfig: "/nowhere/config" }, "/nowhere/config"],
  ])("%s is told as it is", async (_what, more, words) => {
    const source = connectWith({ kubeconfig: await kubeconfig(), ...more });
    const error = await source.check().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid", mayHaveActed: false });
    expect(String(error)).toContain(words);
    expect(String(error)).toContain("Check known-good.yaml");
  });
});

describe("settings", () => {
  test("every field is described, and only the token is a secret", () => {
    const fields = Object.entries(kubernetes.settings.shape);
    expect(fields.filter(([, field]) => !field.description).map(([name]) => name)).toEqual([]);
    const secrets = fields.filter(([, field]) => field.meta()?.secret === true);
    expect(secrets.map(([name]) => name)).toEqual(["token"]);
  });

  test("a console's address is filled in, and none is none", () => {
    const consoleUrl = "https://console.example.com/{namespace}/deployments/{name}?view={name}";
    const name = { namespace: "shop", name: "checkout" };
    expect(connectWith({ consoleUrl }).urlOf(name)).toBe(
      "https://console.example.com/shop/deployments/checkout?view=checkout",
    );
    expect(connectWith({}).urlOf(name)).toBeNull();
    expect(KubernetesSettings.safeParse({ consoleUrl: "javascript:alert(1)" }).success).toBe(false);
  });
});

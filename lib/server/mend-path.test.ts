import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { MALFORMED_PATH, mendPath } from "./mend-path";

/** What a server sees of a request with this target, sent as it stands. */
async function seen(target: string, header = ""): Promise<{ url: string; isMalformed: boolean }> {
  const server = createServer((request, response) => {
    mendPath(request);
    const isMalformed = request.headers[MALFORMED_PATH] !== undefined;
    response.end(JSON.stringify({ url: request.url, isMalformed }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\n${header}Connection: close\r\n\r\n`);
  let answer = "";
  for await (const part of socket) answer += String(part);
  return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
}

test.each([
  ["/api/freezes/%E0%A4%A", "/api/freezes/%EF%BF%BDE0%EF%BF%BDA4%EF%BF%BDA"],
  ["/api/freezes/%", "/api/freezes/%EF%BF%BD"],
  ["/services/shop%20a/%FF?tab=%FF", "/services/shop%20a/%EF%BF%BDFF?tab=%FF"],
])("%s is no path: what can't be decoded is put so that it can", async (target, url) => {
  expect(await seen(target)).toEqual({ url, isMalformed: true });
});

test.each(["/", "/services/caf%C3%A9", "/api/changes?at=%FF&q=a?b", "/a%2Fb"])(
  "%s stays as it is, whatever a client claims of it",
  async (url) => {
    expect(await seen(url, `${MALFORMED_PATH}: 1\r\n`)).toEqual({ url, isMalformed: false });
  },
);

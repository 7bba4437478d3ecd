import { request } from "node:http";
import { connect } from "node:net";

export type Asked = { status: number; text: string; headers: Headers };

/** One request with exactly these headers; a stream is read for a moment only. */
export function ask(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Asked> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      let text = "";
      const done = () =>
        resolve({
          status: answer.statusCode ?? 0,
          text,
          headers: new Headers(
            Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
          ),
        });
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
        if (answer.headers["content-type"]?.startsWith("text/event-stream")) {
          done();
          sent.destroy();
        }
      });
      answer.on("end", done);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Bytes as given, for requests that no client would make; what came back until it went quiet. */
export function askRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    const done = () => resolve(text);
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("close", done);
    socket.on("error", done);
    socket.setTimeout(1_500, () => socket.destroy());
    socket.write(bytes);
  });
}

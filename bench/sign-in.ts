/** Signs in as the demo identity, as its button does. Answers the cookie to send: "name=value". */
export async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/demo-sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: "{}",
  });
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
  if (!response.ok || !cookie) throw new Error(`Signing in was answered ${response.status}.`);
  return cookie;
}

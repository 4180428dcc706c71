// Signing in with OpenID Connect: authorization code with PKCE, the same way at
// every provider, the local stack's included.
//
// Tokens live in sessionStorage: they survive a reload, end with the tab, and
// no other tab or site sees them. A cookie would need a server with sessions,
// and localStorage would outlive the person's visit on a shared computer. What
// guards them is that no foreign script runs here (Content-Security-Policy).

const TOKENS = "campanile.tokens";
const PENDING = "campanile.sign-in";
/** The address of a window that only signs in, and whose name its tokens go by. */
const AGAIN = "#/again/";
/** Seconds before its end at which a token counts as over. */
const EARLY = 60;

export class Auth {
  #config;
  #page;
  #endpoints = null;
  #renewing = null;
  /** Whether somebody has just signed in. */
  #fresh = false;

  /** `page` is where the provider sends people back to. */
  constructor(config, page = `${location.origin}/`) {
    this.#config = config;
    this.#page = page;
  }

  get signedIn() {
    return this.#tokens() !== null;
  }

  /** An access token that is in force, or `null`. */
  async token() {
    const tokens = this.#tokens();
    if (!tokens) return null;
    if (tokens.until > Date.now() / 1000 + EARLY) return tokens.access;
    if (!tokens.refresh) return tokens.until > Date.now() / 1000 ? tokens.access : null;
    this.#renewing ??= this.#renew(tokens.refresh).finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  /** Leaves for the provider; `back` is where the person wanted to go. */
  async begin(back = location.hash) {
    const endpoints = await this.#discover();
    const verifier = random(48);
    const state = random(24);
    const nonce = random(24);
    sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state, nonce, back }));
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.#config.client_id,
      redirect_uri: this.#page,
      scope: this.#config.scope,
      audience: this.#config.audience,
      state,
      nonce,
      code_challenge: await challenge(verifier),
      code_challenge_method: "S256",
    });
    location.assign(`${endpoints.authorization_endpoint}?${query}`);
  }

  /** Redeems the code with which the provider sent the person back, if any. */
  async finish() {
    const answer = new URLSearchParams(location.search);
    if (!answer.has("state")) return;
    const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
    sessionStorage.removeItem(PENDING);
    // The code leaves the address bar and the history before anything else.
    history.replaceState(null, "", `${location.pathname}${pending?.back ?? ""}`);
    if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));
    // A state that this tab did not make is somebody else's sign-in.
    if (pending?.state !== answer.get("state")) throw new Error("it was not begun here");
    const issuer = (await this.#discover()).issuer;
    if (answer.has("iss") && answer.get("iss") !== issuer) throw new Error("another provider answered");
    const tokens = await this.#redeem({
      grant_type: "authorization_code",
      code: answer.get("code"),
      redirect_uri: this.#page,
      code_verifier: pending.verifier,
    });
    if (tokens.id_token && claims(tokens.id_token).nonce !== pending.nonce) throw new Error("the answer belongs to another sign-in");
    this.#keep(tokens);
    this.#fresh = true;
  }

  /**
   * Signs in once more in a window of its own, so that what is on the page, and
   * half written, stays. Resolves when that is done.
   */
  again() {
    const place = `${AGAIN}${random(12)}`;
    const channel = new BroadcastChannel(place);
    if (!open(`${this.#page}${place}`, "_blank", "popup,width=480,height=720")) return this.begin();
    return new Promise((resolve) => {
      channel.onmessage = ({ data }) => {
        sessionStorage.setItem(TOKENS, data);
        channel.close();
        resolve();
      };
    });
  }

  /** The other end of `again`, in that window; whether this is one. */
  handOver() {
    if (!location.hash.startsWith(AGAIN)) return false;
    if (!this.#fresh) {
      this.forget();
      this.begin();
      return true;
    }
    new BroadcastChannel(location.hash).postMessage(sessionStorage.getItem(TOKENS));
    this.forget();
    close();
    return true;
  }

  /** Forgets the tokens; goes to the provider's own sign-out if it has one. */
  async end() {
    sessionStorage.removeItem(TOKENS);
    const { end_session_endpoint: endpoint } = await this.#discover().catch(() => ({}));
    if (!endpoint) return location.assign(location.pathname);
    const query = new URLSearchParams({ client_id: this.#config.client_id, post_logout_redirect_uri: this.#page });
    location.assign(`${endpoint}?${query}`);
  }

  /** The service refused the token: it is of no use any more. */
  forget() {
    sessionStorage.removeItem(TOKENS);
  }

  #tokens() {
    return JSON.parse(sessionStorage.getItem(TOKENS) ?? "null");
  }

  #keep({ access_token: access, refresh_token: refresh, expires_in: seconds = 3600 }, before) {
    const tokens = { access, refresh: refresh ?? before, until: Date.now() / 1000 + seconds };
    sessionStorage.setItem(TOKENS, JSON.stringify(tokens));
    return access;
  }

  async #renew(refresh) {
    try {
      return this.#keep(await this.#redeem({ grant_type: "refresh_token", refresh_token: refresh }), refresh);
    } catch {
      this.forget();
      return null;
    }
  }

  async #redeem(fields) {
    const { token_endpoint: endpoint } = await this.#discover();
    const body = new URLSearchParams({ ...fields, client_id: this.#config.client_id });
    const response = await fetch(endpoint, { method: "POST", body, credentials: "omit" });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error_description ?? answer.error ?? `status ${response.status}`);
    return answer;
  }

  async #discover() {
    if (this.#endpoints) return this.#endpoints;
    const base = this.#config.authority.replace(/\/$/, "");
    const response = await fetch(`${base}/.well-known/openid-configuration`, { credentials: "omit" });
    if (!response.ok) throw new Error("the identity provider does not answer");
    return (this.#endpoints = await response.json());
  }
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const random = (length) => encoded(crypto.getRandomValues(new Uint8Array(length)));

async function challenge(verifier) {
  return encoded(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

/** What a token says; it came straight from the provider, over TLS. */
function claims(token) {
  const body = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0))));
}

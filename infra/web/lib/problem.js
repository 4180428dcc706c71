// What went wrong, in one shape: a problem of the API, or no answer at all.

export class Problem extends Error {
  /** @param {{status: number, code: string, title: string, detail?: string|null, errors?: object[], request_id?: string|null}} body */
  constructor(body, retryAfter = 0) {
    super(body.detail || body.title);
    this.name = "Problem";
    this.status = body.status;
    this.code = body.code;
    this.title = body.title;
    this.detail = body.detail ?? null;
    this.errors = body.errors ?? [];
    this.requestId = body.request_id ?? null;
    this.retryAfter = retryAfter;
  }

  /** Nobody answered: the network, or the service, is away. */
  static away() {
    return new Problem({ status: 0, code: "away", title: "There is no connection." });
  }

  /** @param {Response} response */
  static async of(response) {
    const retryAfter = Number(response.headers.get("retry-after")) || 0;
    let body = {};
    try {
      body = await response.json();
    } catch {
      // A gateway in between may answer with something else than JSON.
    }
    return new Problem(
      {
        ...body,
        status: response.status,
        code: body.code ?? "unexpected",
        title: body.title ?? `The service answered ${response.status}.`,
      },
      retryAfter,
    );
  }

  /** What is wrong with one field of the input, or nothing. */
  of(field) {
    return this.errors.find((error) => error.field === field)?.message ?? null;
  }

  /** Whether trying again later may help. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

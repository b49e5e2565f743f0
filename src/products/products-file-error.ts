import { AppError } from "../errors.ts";

/** 400: a products file that cannot be used as a whole. The sentence says what is wrong and what to do. */
export class ProductsFileError extends AppError {
  constructor(detail: string, options?: ErrorOptions) {
    super(400, "products_file", detail, options);
  }
}

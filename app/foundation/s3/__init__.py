"""Storage that speaks S3, for bytes that several machines share. Imported only where the setting names a bucket."""

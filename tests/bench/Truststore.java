/*
 * A program made for nothing else: java Truststore BUNDLE FILE TYPE PASSWORD
 *
 * Writes a truststore with every certificate of a PEM bundle, reads it again and compares.
 */
import java.io.*;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.cert.*;
import java.util.*;

class Truststore {
	static List<Certificate> bundle(String path) throws Exception {
		try (InputStream in = new BufferedInputStream(new FileInputStream(path), 1 << 16)) {
			return new ArrayList<>(
				CertificateFactory.getInstance("X.509").generateCertificates(in));
		}
	}

	static void write(List<Certificate> all, String file, String type, char[] password)
			throws Exception {
		KeyStore store = KeyStore.getInstance(type);
		store.load(null, null);
		for (int i = 0; i < all.size(); i++)
			store.setCertificateEntry("n" + i, all.get(i));
		try (OutputStream out = new BufferedOutputStream(new FileOutputStream(file), 1 << 16)) {
			store.store(out, password);
		}
	}

	static boolean same(List<Certificate> all, String file, String type, char[] password)
			throws Exception {
		KeyStore store = KeyStore.getInstance(type);
		try (InputStream in = new BufferedInputStream(new FileInputStream(file), 1 << 16)) {
			store.load(in, password);
		}
		for (int i = 0; i < all.size(); i++)
			if (!all.get(i).equals(store.getCertificate("n" + i)))
				return false;
		return store.size() == all.size();
	}

	public static void main(String[] args) throws Exception {
		List<Certificate> all = bundle(args[0]);
		char[] password = args[3].toCharArray();
		write(all, args[1], args[2], password);
		System.exit(same(all, args[1], args[2], password) ? 0 : 1);
	}
}

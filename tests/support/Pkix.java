/*
 * What Java's own TLS thinks of certificates: java Pkix.java <cases
 *
 * Each line is "ROOT CHAIN server|client good|bad": files of PEM in this folder, the chain with its
 * leaf first.  Prints what it didn't expect, and ends with 1 if there was any.
 */
import java.io.*;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.cert.*;
import java.util.*;
import javax.net.ssl.*;

class Pkix {
	static X509Certificate[] read(String file) throws Exception {
		try (InputStream in = Files.newInputStream(Path.of(file))) {
			return CertificateFactory.getInstance("X.509").generateCertificates(in)
				.toArray(new X509Certificate[0]);
		}
	}

	static X509TrustManager trusting(X509Certificate root) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		store.setCertificateEntry("root", root);
		TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
		factory.init(store);
		return (X509TrustManager) factory.getTrustManagers()[0];
	}

	/* Null where it is accepted. */
	static String refusal(String[] words) throws Exception {
		X509TrustManager manager = trusting(read(words[0])[0]);
		X509Certificate[] chain = read(words[1]);
		try {
			if (words[2].equals("server"))
				manager.checkServerTrusted(chain, "ECDHE_ECDSA");
			else
				manager.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
			return null;
		} catch (CertificateException e) {
			return String.valueOf(e);
		}
	}

	public static void main(String[] args) throws Exception {
		boolean failed = false;
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
		for (String line; (line = in.readLine()) != null;) {
			String[] words = line.split(" ");
			String why = refusal(words);
			if ((why == null) == words[3].equals("good"))
				continue;
			System.out.println(line + ": " + (why == null ? "accepted" : why));
			failed = true;
		}
		System.exit(failed ? 1 : 0);
	}
}
